# category: builtins-lists
# checks: elemAt wants a list
# versions: 2.3+
builtins.elemAt { } 0
