# category: toml
# checks: tables in any order, with empty ones between
# versions: 2.3+
builtins.fromTOML "[b.c]\nx = 1\n[a]\n[b]\ny = 2\n"
