# category: builtins-lists
# checks: sort wants a list
# versions: 2.3+
builtins.sort builtins.lessThan { }
