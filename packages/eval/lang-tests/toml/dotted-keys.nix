# category: toml
# checks: dotted and quoted keys
# versions: 2.3+
builtins.fromTOML "a.b.c = 1\na.\"d e\" = 2\n\"\" = 3\n"
