# category: builtins-lists
# checks: map over a list with something that can't be called fails when an element is used
# versions: 2.3-2.12
builtins.length (map 1 [ 2 ])
