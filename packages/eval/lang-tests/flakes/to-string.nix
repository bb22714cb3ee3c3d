# category: flakes
# checks: attributes of all types of input as URLs
# versions: 2.31+
# features: flakes
map builtins.flakeRefToString [
  { type = "indirect"; id = "nixpkgs"; ref = "b"; }
  { type = "github"; owner = "a"; repo = "b"; rev = "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"; }
  { type = "gitlab"; owner = "a/b"; repo = "c"; host = "example.org"; dir = "d"; }
  { type = "git"; url = "https://example.org/a"; ref = "b"; shallow = true; submodules = false; }
  { type = "path"; path = "/a b"; lastModified = 12; }
  { type = "tarball"; url = "https://example.org/a.tar.gz"; narHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; }
  { type = "hg"; url = "https://example.org/a"; ref = "b"; }
]
