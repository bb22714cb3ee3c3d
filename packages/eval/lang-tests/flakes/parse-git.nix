# category: flakes
# checks: references to Git repositories, whose flags become Booleans
# versions: 2.19+
# features: flakes
map builtins.parseFlakeRef [
  "git+https://example.org/a?ref=b&rev=2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"
  "git+ssh://git@example.org/a?shallow=1&submodules=0&other=x"
  "git+file:///a/b?dir=c"
  "git://example.org/a"
]
