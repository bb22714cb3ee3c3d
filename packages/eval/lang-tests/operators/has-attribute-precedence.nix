# category: operators
# checks: the question mark binds tighter than not and than plus
# versions: 2.3+
[ (!{ a = 1; } ? b) (({ a = 1; } // { b = 2; }) ? b) ({ a.b = 1; } ? a.b) ({ a.b = 1; } ? a.b.c) ({ } ? a.b) (1 ? a) ]
