# category: builtins-attrs
# checks: attrNames wants a set
# versions: 2.3+
builtins.attrNames [ ]
