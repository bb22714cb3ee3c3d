# category: builtins-attrs
# checks: hasAttr evaluates no attribute
# versions: 2.3+
builtins.hasAttr "a" { a = throw "no"; }
