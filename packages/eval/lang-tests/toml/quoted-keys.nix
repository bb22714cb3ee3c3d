# category: toml
# checks: keys in quotes may hold anything
# versions: 2.3+
builtins.fromTOML "\"a.b\" = 1\n'c d' = 2\n\"\" = 3\n"
