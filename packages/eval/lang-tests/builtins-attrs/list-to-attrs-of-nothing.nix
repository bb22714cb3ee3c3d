# category: builtins-attrs
# checks: an empty list gives an empty set
# versions: 2.3+
builtins.listToAttrs [ ]
