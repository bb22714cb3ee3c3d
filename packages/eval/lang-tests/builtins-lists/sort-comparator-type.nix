# category: builtins-lists
# checks: the comparison gives a boolean
# versions: 2.3+
builtins.sort (a: b: 1) [ 2 1 ]
