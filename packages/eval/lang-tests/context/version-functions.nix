# category: context
# checks: which functions refuse or drop contexts
# versions: 2.3+
let s = builtins.appendContext "a-1.2" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }; in builtins.splitVersion s
