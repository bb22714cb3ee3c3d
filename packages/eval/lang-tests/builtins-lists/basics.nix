# category: builtins-lists
# checks: length, head, tail, elemAt, isList
# versions: 2.3+
[ (builtins.length [ ]) (builtins.length [ 1 2 ]) (builtins.head [ 1 2 ]) (builtins.tail [ 1 2 3 ]) (builtins.tail [ 1 ]) (builtins.elemAt [ 1 2 3 ] 2) ]
