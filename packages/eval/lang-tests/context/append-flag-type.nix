# category: context
# checks: path is a boolean
# versions: 2.3+
builtins.appendContext "x" { "/nix/store/00000000000000000000000000000000-a" = { path = 1; }; }
