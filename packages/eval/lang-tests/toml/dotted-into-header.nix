# category: toml
# checks: a key with dots adds nothing to a table that a header has made
# versions: 2.3+
builtins.fromTOML "[a.b.c]\nd = 1\n[a]\nb.e = 2"
