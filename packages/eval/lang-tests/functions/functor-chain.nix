# category: functions
# checks: a functor may be a functor itself
# versions: 2.3+
let f = { __functor = { __functor = _: self: x: self.n * x; }; n = 3; }; in f 4
