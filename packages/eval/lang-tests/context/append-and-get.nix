# category: context
# checks: a context is added and seen
# versions: 2.3+
builtins.getContext (builtins.appendContext "x" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; "/nix/store/11111111111111111111111111111111-b.drv" = { outputs = [ "out" "dev" ]; }; })
