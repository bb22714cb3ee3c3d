# category: builtins-lists
# checks: groups have names
# versions: 2.3+
builtins.groupBy (x: x) [ 1 ]
