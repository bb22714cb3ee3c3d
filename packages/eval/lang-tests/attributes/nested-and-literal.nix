# category: attributes
# checks: a literal set and dotted names merge
# versions: 2.3+
{ a = { b = 1; }; a.c = 2; d.e = 1; d = { f = 2; }; }
