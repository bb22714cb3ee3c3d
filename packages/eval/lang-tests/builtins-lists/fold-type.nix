# category: builtins-lists
# checks: foldl' wants a list
# versions: 2.3+
builtins.foldl' (a: b: a) 0 1
