# category: builtins-attrs
# checks: removeAttrs evaluates no attribute
# versions: 2.3+
builtins.attrNames (removeAttrs { a = throw "no"; b = throw "no"; } [ "a" ])
