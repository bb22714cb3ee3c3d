# category: files
# checks: a missing directory is named
# versions: 2.3+
builtins.readDir ./fixtures/none
