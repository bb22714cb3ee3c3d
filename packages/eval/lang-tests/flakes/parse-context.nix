# category: flakes
# checks: a reference with a context is refused
# versions: 2.19+
# features: flakes
builtins.parseFlakeRef (builtins.appendContext "/a" { "/nix/store/00000000000000000000000000000000-a".path = true; })
