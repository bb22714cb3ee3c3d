# category: builtins-lists
# checks: foldl' wants a function of two arguments
# versions: 2.3+
builtins.foldl' (a: 1) 0 [ 1 ]
