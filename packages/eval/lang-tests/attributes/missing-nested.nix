# category: attributes
# checks: the missing one of a path is named
# versions: 2.3+
{ a.b = 1; }.a.c.d
