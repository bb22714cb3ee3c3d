# category: with
# checks: a name that the inner with lacks comes from the outer
# versions: 2.3+
with { a = 1; b = 2; }; with { b = 3; }; [ a b ]
