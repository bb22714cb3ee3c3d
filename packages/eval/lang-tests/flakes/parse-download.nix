# category: flakes
# checks: references to archives and files on servers, and to Mercurial
# versions: 2.31+
# features: flakes
map builtins.parseFlakeRef [
  "https://example.org/a.tar.gz?b=c&dir=d"
  "tarball+http://example.org/a?narHash=sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
  "file+https://example.org/a.zip"
  "hg+https://example.org/a?ref=b&c=d"
]
