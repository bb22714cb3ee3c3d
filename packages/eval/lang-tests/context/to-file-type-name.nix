# category: context
# checks: getEnv takes no context
# versions: 2.3+
builtins.getEnv (builtins.appendContext "X" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; })
