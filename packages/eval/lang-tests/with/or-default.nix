# category: with
# checks: a selection from a name of a with takes a default
# versions: 2.3+
with { s = { }; }; s.x or 2
