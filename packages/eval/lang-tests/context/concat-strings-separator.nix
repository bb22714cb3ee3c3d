# category: context
# checks: a separator's context counts, used or not
# versions: 2.3+
map (l: builtins.hasContext (builtins.concatStringsSep (builtins.appendContext "," { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }) l)) [ [ ] [ "a" ] [ "a" "b" ] ]
