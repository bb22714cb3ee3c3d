# category: with
# checks: a with may bring a name with two underscores that isn't global
# versions: 2.3+
with { __mine = 1; }; __mine
