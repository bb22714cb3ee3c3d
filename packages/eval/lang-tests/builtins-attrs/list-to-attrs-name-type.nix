# category: builtins-attrs
# checks: names are strings
# versions: 2.3+
builtins.listToAttrs [ { name = 1; value = 2; } ]
