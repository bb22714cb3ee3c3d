# category: attributes
# checks: or takes the nearest selection, and its default may be a selection with one
# versions: 2.3+
let s = { a = { }; b.c = 3; }; in [ (s.a.x or s.b.c) (s.a.x or s.a.y or 4) (s.x or { }).y or 5 ]
