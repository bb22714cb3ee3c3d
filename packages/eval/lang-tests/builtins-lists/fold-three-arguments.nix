# category: builtins-lists
# checks: foldl' passes the accumulator first
# versions: 2.3+
builtins.foldl' (a: b: [ a b ]) 0 [ 1 2 ]
