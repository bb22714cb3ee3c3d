# category: with
# checks: a name that no with has is undefined
# versions: 2.3+
with { a = 1; }; b
