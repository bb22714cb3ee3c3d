# category: files
# checks: what isn't found can be caught
# versions: 2.3+
builtins.tryEval (builtins.findFile [ ] "x")
