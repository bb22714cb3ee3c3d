# category: builtins-lists
# checks: the length of a list is an integer
# versions: 2.3+
builtins.genList (x: x) 1.0
