# category: attributes
# checks: the question mark with paths, strings and values that are no sets
# versions: 2.3+
let s = { a.b = null; "x y" = 1; }; n = "a"; in [ (s ? a) (s ? a.b) (s ? a.b.c) (s ? "x y") (s ? ${n}.b) (s ? z) ([ ] ? a) ]
