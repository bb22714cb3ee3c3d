# category: builtins-lists
# checks: genList wants a size
# versions: 2.3+
builtins.genList (x: x) (-1)
