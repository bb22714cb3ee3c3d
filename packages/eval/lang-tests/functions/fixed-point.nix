# category: functions
# checks: a fixed point with extension
# versions: 2.3+
let fix = f: let x = f x; in x; base = self: { a = 1; b = self.a + 1; }; over = self: base self // { a = 10; }; in [ (fix base) (fix over) ]
