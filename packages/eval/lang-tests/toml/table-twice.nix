# category: toml
# checks: a table can't be defined twice
# versions: 2.3+
builtins.fromTOML "[a]\nx = 1\n[a]\ny = 2\n"
