# category: regex
# checks: split drops the context of its text, unless nothing matches
# versions: 2.3+
let s = builtins.appendContext "abc" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }; f = p: map builtins.hasContext (builtins.filter builtins.isString (builtins.split p s)); in map f [ "b" "x" "" ]
