# category: operators
# checks: application before every operator, selection before application
# versions: 2.3+
let f = x: x + 1; s = { g = x: x * 2; }; in [ (f 1 * 2) (f 1 + f 2) (s.g 3) (-f 1) ]
