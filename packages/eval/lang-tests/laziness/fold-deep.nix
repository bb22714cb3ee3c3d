# category: laziness
# checks: foldl' over many elements
# versions: 2.3+
builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 20000)
