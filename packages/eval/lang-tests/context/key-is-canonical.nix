# category: context
# checks: keys of a context may be spelled with more slashes
# versions: 2.16+
builtins.getContext (builtins.appendContext "x" { "/nix//store/00000000000000000000000000000000-a" = { path = true; }; })
