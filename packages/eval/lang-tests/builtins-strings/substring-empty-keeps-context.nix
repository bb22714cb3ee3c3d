# category: builtins-strings
# checks: no text keeps the context all the same
# versions: 2.3+
builtins.hasContext (builtins.substring 1 0 (builtins.appendContext "abc" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }))
