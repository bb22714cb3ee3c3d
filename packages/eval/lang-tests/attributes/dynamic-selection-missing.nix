# category: attributes
# checks: a computed name that is missing is named
# versions: 2.3+
{ a = 1; }.${"b" + "c"}
