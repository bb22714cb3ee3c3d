# category: builtins-lists
# checks: filter wants a list
# versions: 2.3+
builtins.filter (x: true) "abc"
