# category: with
# checks: the set of a with doesn't see itself
# versions: 2.3+
with { a = 1; }; with { b = a + 1; }; b
