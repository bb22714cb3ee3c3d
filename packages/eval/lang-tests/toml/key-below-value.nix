# category: toml
# checks: a value that is no table can't be extended
# versions: 2.3+
builtins.fromTOML "a = 1\na.b = 2\n"
