# category: files
# checks: an entry has a path
# versions: 2.3+
builtins.findFile [ { prefix = "a"; } ] "a"
