# category: operators
# checks: list concatenation comes before sums and comparisons
# versions: 2.3+
[ ([ 1 ] ++ [ 2 ] == [ 1 2 ]) ([ ] ++ [ ] != [ 1 ]) ]
