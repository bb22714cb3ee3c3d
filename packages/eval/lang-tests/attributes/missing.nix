# category: attributes
# checks: a missing attribute is named
# versions: 2.3+
{ a = 1; }.b
