# category: let
# checks: an alias may come before what it names
# versions: 2.3+
let a = b; c = a; b = 1; in [ a b c ]
