# category: with
# checks: a recursive set inside of a with sees its own names first
# versions: 2.3+
with { a = 1; b = 2; }; rec { a = 10; c = a + b; }
