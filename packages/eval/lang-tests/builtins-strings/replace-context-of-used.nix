# category: builtins-strings
# checks: only the contexts of used replacements are kept
# versions: 2.3+
let c = n: builtins.appendContext n { "/nix/store/00000000000000000000000000000000-${n}" = { path = true; }; }; in builtins.attrNames (builtins.getContext (builtins.replaceStrings [ "a" "b" ] [ (c "x") (c "y") ] (c "za")))
