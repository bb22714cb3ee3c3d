# category: operators
# checks: a result that is no number is unequal to itself, and to itself in a list only when moved
# versions: 2.3+
let inf = 1.0e308 * 10; nan = inf - inf; in [ (nan == nan) (nan < nan) (nan > 1) (inf - 1 == inf) ]
