# category: operators
# checks: the question mark binds tighter than update
# versions: 2.3+
{ a = 1; } // { b = { } ? a; }
