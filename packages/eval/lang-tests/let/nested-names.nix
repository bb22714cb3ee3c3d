# category: let
# checks: let takes dotted names
# versions: 2.3+
let a.b = 1; a.c = 2; in a
