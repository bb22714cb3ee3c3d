# category: equality
# checks: contexts don't count for equality
# versions: 2.3+
let s = builtins.appendContext "x" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }; in [ (s == "x") ({ ${s} = 1; } ? x) ]
