# category: with
# checks: with takes a functor as the set that it is
# versions: 2.3+
with { __functor = self: x: x; a = 1; }; a
