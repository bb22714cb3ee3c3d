# category: builtins-lists
# checks: any wants a list
# versions: 2.3+
builtins.any (x: true) { }
