# category: attributes
# checks: a value that is no set has no attributes
# versions: 2.3+
[ ({ a = 1; } ? a.b) ({ a = null; } ? a.b.c) ({ a = x: x; } ? a.b) ]
