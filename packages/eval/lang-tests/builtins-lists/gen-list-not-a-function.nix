# category: builtins-lists
# checks: genList evaluates its function even for no element, and it must be one
# versions: 2.14+
builtins.genList 1 0
