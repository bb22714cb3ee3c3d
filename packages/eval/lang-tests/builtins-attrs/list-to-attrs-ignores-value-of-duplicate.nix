# category: builtins-attrs
# checks: a value that is passed over isn't needed, not even there
# versions: 2.3+
builtins.listToAttrs [ { name = "a"; value = 1; } { name = "a"; } ]
