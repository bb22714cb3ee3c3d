# category: functions
# checks: a set with __functor can be called, with itself as first argument
# versions: 2.3+
let f = { __functor = self: x: self.n + x; n = 10; }; in [ (f 1) ((f // { n = 20; }) 1) (map f [ 1 2 ]) ]
