# category: operators
# checks: unary minus on integers, floats and in front of applications
# versions: 2.3+
let f = x: x; in [ (- 1) (- 1.5) (-f 2) (- (-3)) (1 - -1) (1 -1) ]
