# category: flakes
# checks: writing what was parsed gives the reference in its usual form
# versions: 2.31+
# features: flakes
map (reference: builtins.flakeRefToString (builtins.parseFlakeRef reference)) [
  "nixpkgs/b"
  "github:a/b?ref=c&dir=d"
  "/a/b?revCount=1&lastModified=2"
  "git+https://example.org/a?submodules=1&b=c"
  "github:////a///b//"
]
