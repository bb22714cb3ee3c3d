# category: with
# checks: with brings names of a set into scope
# versions: 2.3+
with { a = 1; b = 2; }; [ a b ]
