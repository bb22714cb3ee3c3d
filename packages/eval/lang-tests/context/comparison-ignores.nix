# category: context
# checks: order ignores contexts
# versions: 2.3+
let s = builtins.appendContext "a" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }; in [ (s < "b") (s == "a") (builtins.elem s [ "a" ]) ]
