# category: with
# checks: with in a list needs parentheses
# versions: 2.3+
[ with { a = 1; }; a ]
