# category: builtins-lists
# checks: head evaluates its element, not the others
# versions: 2.3+
builtins.head [ 1 (throw "no") ]
