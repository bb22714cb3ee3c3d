# category: with
# checks: a let inside of a with wins, for its own bindings too
# versions: 2.3+
with { a = 1; b = 2; }; let a = b; in [ a b ]
