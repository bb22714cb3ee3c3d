# category: flakes
# checks: the type must be given
# versions: 2.19+
# features: flakes
builtins.flakeRefToString { id = "nixpkgs"; }
