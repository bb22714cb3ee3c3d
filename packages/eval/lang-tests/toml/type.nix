# category: toml
# checks: the text is a string
# versions: 2.3+
builtins.fromTOML { }
