# category: builtins-attrs
# checks: catAttrs wants a name first
# versions: 2.3+
builtins.catAttrs 1 [ ]
