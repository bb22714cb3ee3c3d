# category: context
# checks: contexts can be discarded
# versions: 2.3+
let s = builtins.appendContext "x" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }; in [ (builtins.hasContext s) (builtins.hasContext (builtins.unsafeDiscardStringContext s)) (builtins.hasContext "x") (builtins.hasContext (builtins.substring 0 0 s)) ]
