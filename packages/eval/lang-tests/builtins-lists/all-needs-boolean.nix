# category: builtins-lists
# checks: all wants booleans from its predicate
# versions: 2.3+
builtins.all (x: 1) [ 1 ]
