# category: builtins-attrs
# checks: elements are sets
# versions: 2.3+
builtins.listToAttrs [ 1 ]
