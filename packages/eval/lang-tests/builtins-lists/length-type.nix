# category: builtins-lists
# checks: length wants a list
# versions: 2.3+
builtins.length "abc"
