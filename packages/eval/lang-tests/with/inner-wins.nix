# category: with
# checks: the inner with wins
# versions: 2.3+
with { a = 1; b = 1; }; with { a = 2; }; [ a b ]
