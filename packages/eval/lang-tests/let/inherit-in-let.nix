# category: let
# checks: inherit in let from a set of the same let
# versions: 2.3+
let inherit (s) x y; s = { x = 1; y = x + 1; }; in [ x y ]
