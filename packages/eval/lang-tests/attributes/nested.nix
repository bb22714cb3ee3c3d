# category: attributes
# checks: dotted names make nested sets
# versions: 2.3+
{ a.b.c = 1; a.b.d = 2; a.e = 3; f.g = 4; }
