# category: builtins-lists
# checks: elem stops at the first equal element
# versions: 2.3+
[ (builtins.elem 1 [ 1 (throw "no") ]) (builtins.tryEval (builtins.elem 2 [ 1 (throw "x") ])).success ]
