# category: syntax
# checks: a point and a digit begin a float, so the set is called
# versions: 2.3+
{ a = 1; }.1
