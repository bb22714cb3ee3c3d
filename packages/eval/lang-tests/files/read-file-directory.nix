# category: files
# checks: a directory has no text
# versions: 2.3+
builtins.readFile ./fixtures
