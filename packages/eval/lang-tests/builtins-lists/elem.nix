# category: builtins-lists
# checks: elem compares with equality
# versions: 2.3+
[ (builtins.elem 1 [ 1 2 ]) (builtins.elem 1.0 [ 1 ]) (builtins.elem [ 1 ] [ [ 1 ] ]) (builtins.elem 3 [ ]) (builtins.elem "a" [ { } "a" ]) ]
