# category: let
# checks: dotted names in let may be given in several bindings, as sets too
# versions: 2.3+
let a = { b = 1; }; a.c = 2; in a
