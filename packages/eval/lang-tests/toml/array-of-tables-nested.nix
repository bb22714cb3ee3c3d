# category: toml
# checks: tables below an entry of an array of tables
# versions: 2.3+
builtins.fromTOML "[[a]]\nx = 1\n[a.b]\ny = 2\n[[a.c]]\nz = 3\n[[a.c]]\nz = 4\n[[a]]\nx = 5\n"
