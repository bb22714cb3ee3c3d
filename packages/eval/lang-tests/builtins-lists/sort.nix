# category: builtins-lists
# checks: sort by the comparison given
# versions: 2.3+
[ (builtins.sort builtins.lessThan [ 3 1 2 ]) (builtins.sort (a: b: a > b) [ 3 1 2 ]) (builtins.sort builtins.lessThan [ ]) (builtins.sort builtins.lessThan [ "b" "a" "" ]) ]
