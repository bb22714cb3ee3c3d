# category: context
# checks: an entry that says nothing adds nothing
# versions: 2.3+
builtins.hasContext (builtins.appendContext "x" { "/nix/store/00000000000000000000000000000000-a" = { path = false; }; })
