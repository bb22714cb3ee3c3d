# category: let
# checks: let sees all its bindings in any order
# versions: 2.3+
let b = a + 1; a = 1; in [ a b ]
