# category: literals
# checks: a function may be applied to a variable called or
# versions: 2.3+
let or = 2; f = x: x + 1; in [ (f or) (map f [ 1 ]) ]
