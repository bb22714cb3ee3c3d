# category: functions
# checks: recursion through let
# versions: 2.3+
let fact = n: if n < 2 then 1 else n * fact (n - 1); fib = n: if n < 2 then n else fib (n - 1) + fib (n - 2); in [ (fact 20) (fib 15) ]
