# category: laziness
# checks: a list whose elements come from the list itself
# versions: 2.3+
let fibs = [ 0 1 ] ++ builtins.genList (i: builtins.elemAt fibs i + builtins.elemAt fibs (i + 1)) 20; in builtins.elemAt fibs 20
