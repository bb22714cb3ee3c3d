# category: with
# checks: a parameter wins over a with outside and inside
# versions: 2.3+
[ (with { x = 1; }; (x: x) 2) ((x: with { x = 1; }; x) 2) ]
