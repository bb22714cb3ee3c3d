# category: laziness
# checks: a value is computed once: an error isn't forgotten, a result is kept
# versions: 2.3+
let x = builtins.genList (i: i * i) 5; in builtins.foldl' (a: i: a + builtins.elemAt x i) 0 [ 0 1 2 3 4 ]
