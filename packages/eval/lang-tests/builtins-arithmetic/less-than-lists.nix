# category: builtins-arithmetic
# checks: lessThan orders lists and paths
# versions: 2.3+
[ (builtins.lessThan [ 1 ] [ 2 ]) (builtins.lessThan /a /b) (builtins.lessThan [ ] [ ]) ]
