# category: laziness
# checks: a deep chain of unevaluated sums
# versions: 2.3+
let go = n: acc: if n == 0 then acc else go (n - 1) (acc + 1); in go 300 0
