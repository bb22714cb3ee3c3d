# category: builtins-strings
# checks: a hash has no context
# versions: 2.3+
builtins.hasContext (builtins.hashString "md5" (builtins.appendContext "x" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }))
