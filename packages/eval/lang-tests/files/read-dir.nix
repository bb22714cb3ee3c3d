# category: files
# checks: readDir gives names and types
# versions: 2.3+
builtins.readDir ./fixtures
