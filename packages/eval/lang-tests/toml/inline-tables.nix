# category: toml
# checks: tables in one line
# versions: 2.3+
builtins.fromTOML "a = { x = 1, y.z = 2, w = { } }\nb = [ { n = 1 }, { n = 2 } ]\n"
