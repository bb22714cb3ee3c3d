# category: builtins-lists
# checks: lists and paths sort by lessThan
# versions: 2.3+
[ (builtins.sort builtins.lessThan [ [ 2 ] [ 1 2 ] [ 1 ] [ ] ]) (builtins.sort builtins.lessThan [ /b /a/c /a ]) ]
