# category: builtins-lists
# checks: map evaluates its function if there is an element, and it must be one
# versions: 2.13+
builtins.length (map 1 [ 2 ])
