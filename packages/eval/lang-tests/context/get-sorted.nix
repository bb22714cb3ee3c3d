# category: context
# checks: outputs are sorted, and each stands once
# versions: 2.3+
builtins.getContext (builtins.appendContext (builtins.appendContext "x" { "/nix/store/11111111111111111111111111111111-b.drv" = { outputs = [ "z" "a" ]; }; }) { "/nix/store/11111111111111111111111111111111-b.drv" = { outputs = [ "a" "m" ]; }; })
