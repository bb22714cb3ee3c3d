# category: builtins-attrs
# checks: each element has a value
# versions: 2.3+
builtins.listToAttrs [ { name = "a"; } ]
