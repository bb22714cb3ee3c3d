# category: operators
# checks: lists in lists compare element by element
# versions: 2.3+
[ ([ [ 1 ] [ 2 ] ] < [ [ 1 ] [ 3 ] ]) ([ [ ] ] < [ [ 1 ] ]) ([ "a" 1 ] < [ "b" ]) ]
