# category: attributes
# checks: a computed name is a string
# versions: 2.3+
{ a = 1; }.${1}
