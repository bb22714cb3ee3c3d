# category: json
# checks: the text has no context
# versions: 2.3+
builtins.fromJSON (builtins.appendContext "1" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; })
