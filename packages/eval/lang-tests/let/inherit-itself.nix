# category: let
# checks: inherit from a set that needs the inherited name never ends
# versions: 2.3+
let inherit (s) a; s = { a = a; }; in a
