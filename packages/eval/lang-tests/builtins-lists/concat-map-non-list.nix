# category: builtins-lists
# checks: concatMap wants lists
# versions: 2.3+
builtins.concatMap (x: x) [ 1 ]
