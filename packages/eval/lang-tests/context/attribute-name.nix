# category: context
# checks: a name can't have a context
# versions: 2.3+
{ }.${builtins.appendContext "x" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }} or 1
