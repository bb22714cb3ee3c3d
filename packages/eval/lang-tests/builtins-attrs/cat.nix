# category: builtins-attrs
# checks: catAttrs collects an attribute where it is
# versions: 2.3+
builtins.catAttrs "a" [ { a = 1; } { b = 0; } { a = 2; } { } ]
