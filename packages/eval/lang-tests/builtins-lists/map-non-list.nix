# category: builtins-lists
# checks: map wants a list
# versions: 2.3+
map (x: x) 1
