# category: let
# checks: inner bindings shadow outer ones
# versions: 2.3+
let a = 1; in let b = a; a = 2; in [ a b ]
