# category: flakes
# checks: bytes of URLs written with percent signs, and blanks in queries
# versions: 2.31+
# features: flakes
map builtins.parseFlakeRef [
  "github:a/b?ref=c%23"
  "/a b?dir=c d"
  "path:/a%20b"
  "https://example.org/+"
]
