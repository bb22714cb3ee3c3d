# category: laziness
# checks: a value that needs itself behind a function's laziness
# versions: 2.3+
let fix = f: let x = f x; in x; in (fix (self: { a = self.b + 1; b = 2; c = self.a * 2; })).c
