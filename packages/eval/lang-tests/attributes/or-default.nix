# category: attributes
# checks: the default is taken when any part of the path is missing or no set
# versions: 2.3+
let s = { a.b = 1; n = 1; }; in [ (s.a.b or 2) (s.a.c or 2) (s.x.y.z or 3) (s.n.x or 4) (s.a.b.c or 5) ]
