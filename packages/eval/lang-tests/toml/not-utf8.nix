# category: toml
# checks: a string that isn't UTF-8 is refused
# versions: 2.8+
builtins.fromTOML (builtins.readFile ./fixtures/latin1.toml)
