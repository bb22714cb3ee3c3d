# category: builtins-lists
# checks: genList calls its function when an element is used
# versions: 2.3-2.13
builtins.length (builtins.genList (throw "no") 3)
