# category: builtins-lists
# checks: groupBy takes a functor, and its groups keep their order
# versions: 2.3+
builtins.groupBy { __functor = self: x: if x > self.limit then "large" else "small"; limit = 2; } [ 3 1 4 1 5 2 ]
