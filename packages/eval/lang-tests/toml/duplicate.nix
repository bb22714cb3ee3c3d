# category: toml
# checks: a key is defined once
# versions: 2.3+
builtins.fromTOML "a = 1\na = 2\n"
