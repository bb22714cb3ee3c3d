# category: context
# checks: a derivation with everything it refers to
# versions: 2.3+
builtins.getContext (builtins.appendContext "x" { "/nix/store/11111111111111111111111111111111-b.drv" = { allOutputs = true; }; })
