# category: builtins-attrs
# checks: intersectAttrs wants two sets
# versions: 2.3+
builtins.intersectAttrs { } [ ]
