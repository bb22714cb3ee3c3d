# category: context
# checks: a pattern's context doesn't come into the result
# versions: 2.3+
builtins.hasContext (builtins.replaceStrings [ (builtins.appendContext "a" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }) ] [ "b" ] "a")
