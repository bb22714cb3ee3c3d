# category: functions
# checks: recursion without names
# versions: 2.3+
let y = f: (x: f (v: x x v)) (x: f (v: x x v)); in y (self: n: if n == 0 then 1 else n * self (n - 1)) 10
