# category: builtins-lists
# checks: map calls functors and partial built-ins
# versions: 2.3+
[ (map { __functor = self: x: x + self.n; n = 10; } [ 1 2 ]) (map (builtins.elemAt [ "a" "b" ]) [ 1 0 ]) ]
