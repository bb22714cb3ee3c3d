# category: attributes
# checks: a default that isn't needed isn't evaluated
# versions: 2.3+
{ a = 1; }.a or (throw "no")
