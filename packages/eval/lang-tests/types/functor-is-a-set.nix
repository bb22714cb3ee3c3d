# category: types
# checks: a functor is a set, not a function
# versions: 2.3+
let f = { __functor = self: x: x; }; in [ (builtins.typeOf f) (builtins.isFunction f) ]
