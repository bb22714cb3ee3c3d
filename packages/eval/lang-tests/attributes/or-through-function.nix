# category: attributes
# checks: a function on the way counts as missing
# versions: 2.3+
{ a = x: x; }.a.b or 6
