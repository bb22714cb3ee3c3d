# category: toml
# checks: a string ends on its line
# versions: 2.3+
builtins.fromTOML "a = \"x\n"
