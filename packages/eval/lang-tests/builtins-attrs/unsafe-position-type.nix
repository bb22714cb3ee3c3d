# category: builtins-attrs
# checks: unsafeGetAttrPos wants a name
# versions: 2.3+
builtins.unsafeGetAttrPos 1 { }
