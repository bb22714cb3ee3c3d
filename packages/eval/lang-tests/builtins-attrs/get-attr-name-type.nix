# category: builtins-attrs
# checks: getAttr wants a string
# versions: 2.3+
builtins.getAttr 1 { }
