# category: builtins-attrs
# checks: each element has a name
# versions: 2.3+
builtins.listToAttrs [ { value = 1; } ]
