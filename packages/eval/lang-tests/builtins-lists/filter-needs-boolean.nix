# category: builtins-lists
# checks: the predicate gives a boolean
# versions: 2.3+
builtins.filter (x: 1) [ 1 ]
