# category: regex
# checks: a pattern can't have a context
# versions: 2.3+
builtins.match (builtins.appendContext "a" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }) "a"
