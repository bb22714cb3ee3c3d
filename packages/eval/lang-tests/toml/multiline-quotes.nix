# category: toml
# checks: up to two quotes before the closing three belong to the string
# versions: 2.8+
builtins.fromTOML "a = \"\"\"\"x\"\"\"\"\"\nb = ''''y''''"
