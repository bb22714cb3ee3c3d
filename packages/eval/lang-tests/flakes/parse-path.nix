# category: flakes
# checks: references to paths, whose numbers become integers
# versions: 2.19+
# features: flakes
map builtins.parseFlakeRef [
  "/a/b"
  "path:/a/b?lastModified=12&revCount=3"
  "/a?dir=b"
  "path:./a"
]
