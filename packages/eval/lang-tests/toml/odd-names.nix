# category: toml
# checks: odd names in TOML
# versions: 2.3+
builtins.fromTOML "__proto__ = 1\nconstructor = 2\n10 = 3\n9 = 4\n"
