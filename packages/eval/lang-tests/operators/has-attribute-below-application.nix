# category: operators
# checks: the question mark takes an application
# versions: 2.3+
let f = x: { a = x; }; in [ (f 1 ? a) (f 1 ? b) ]
