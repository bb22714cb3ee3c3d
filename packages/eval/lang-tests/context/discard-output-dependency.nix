# category: context
# checks: a derivation with everything becomes a plain path
# versions: 2.3+
builtins.getContext (builtins.unsafeDiscardOutputDependency (builtins.appendContext "x" { "/nix/store/11111111111111111111111111111111-b.drv" = { allOutputs = true; }; }))
