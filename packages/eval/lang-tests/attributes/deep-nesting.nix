# category: attributes
# checks: names of many parts
# versions: 2.3+
{ a.b.c.d.e.f.g.h.i.j = 1; a.b.c.d.e.f.g.h.i.k = 2; a.b.l = 3; }.a.b.c.d.e.f.g.h.i
