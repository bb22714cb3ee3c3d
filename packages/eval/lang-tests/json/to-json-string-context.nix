# category: json
# checks: toJSON keeps the contexts of strings in values and in outPath
# versions: 2.3+
let c = builtins.appendContext "x" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }; in map builtins.hasContext [ (builtins.toJSON [ c ]) (builtins.toJSON { a.outPath = c; }) (builtins.toJSON [ 1 ]) ]
