# category: with
# checks: with over a recursive set
# versions: 2.3+
with rec { a = 1; b = a + 1; }; a + b
