# category: flakes
# checks: references to repositories at GitHub, GitLab and SourceHut
# versions: 2.19+
# features: flakes
map builtins.parseFlakeRef [
  "github:NixOS/nixpkgs"
  "github:NixOS/nixpkgs/23.05?dir=lib"
  "github:NixOS/nixpkgs/2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"
  "github:a/b?host=example.org&ref=c"
  "gitlab:a/b/c"
  "sourcehut:~a/b"
]
