# category: builtins-attrs
# checks: getAttr of a missing attribute
# versions: 2.3+
builtins.getAttr "b" { a = 1; }
