# category: toml
# checks: a text that is no TOML
# versions: 2.3+
builtins.fromTOML "a = "
