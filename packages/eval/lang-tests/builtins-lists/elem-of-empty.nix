# category: builtins-lists
# checks: elem of an empty list doesn't evaluate what it looks for
# versions: 2.3+
builtins.elem (throw "no") [ ]
