# category: flakes
# checks: references by a name in a registry, with branch and commit
# versions: 2.19+
# features: flakes
map builtins.parseFlakeRef [
  "nixpkgs"
  "nixpkgs/nixos-23.05"
  "nixpkgs/2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"
  "flake:nixpkgs/b/2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"
]
