# category: builtins-attrs
# checks: hasAttr wants a set
# versions: 2.3+
builtins.hasAttr "a" 1
