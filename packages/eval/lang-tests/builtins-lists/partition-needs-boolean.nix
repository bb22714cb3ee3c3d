# category: builtins-lists
# checks: partition wants booleans
# versions: 2.3+
builtins.partition (x: null) [ 1 ]
