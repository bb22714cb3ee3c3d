# category: builtins-attrs
# checks: catAttrs wants sets
# versions: 2.3+
builtins.catAttrs "a" [ { a = 1; } 2 ]
