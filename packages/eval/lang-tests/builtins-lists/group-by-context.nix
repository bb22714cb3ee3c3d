# category: builtins-lists
# checks: names of groups have no context
# versions: 2.3+
builtins.groupBy (x: builtins.appendContext x { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }) [ "a" ]
