# category: builtins-attrs
# checks: intersectAttrs evaluates no attribute of either
# versions: 2.3+
builtins.attrNames (builtins.intersectAttrs { a = throw "no"; b = 1; } { a = throw "no"; c = 1; })
