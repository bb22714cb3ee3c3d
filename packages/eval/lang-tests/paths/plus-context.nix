# category: paths
# checks: a string with context can't extend a path
# versions: 2.3+
/a + (builtins.appendContext "b" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; })
