# category: attributes
# checks: a computed name has no context
# versions: 2.3+
{ ${builtins.appendContext "a" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }} = 1; }
