# category: context
# checks: only derivations have outputs
# versions: 2.3+
builtins.appendContext "x" { "/nix/store/00000000000000000000000000000000-a" = { outputs = [ "out" ]; }; }
