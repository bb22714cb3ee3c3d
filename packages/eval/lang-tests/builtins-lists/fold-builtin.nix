# category: builtins-lists
# checks: foldl' takes built-ins, partial ones too
# versions: 2.3+
[ (builtins.foldl' builtins.add 0 [ 1 2 3 ]) (builtins.foldl' (builtins.substring 0) 2 [ "abcdef" ]) ]
