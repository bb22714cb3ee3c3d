# category: with
# checks: inherit takes names from a with
# versions: 2.3+
with { a = 1; }; { inherit a; }
