# category: operators
# checks: lists that are equal are neither less nor greater
# versions: 2.3+
[ ([ 1 2 ] < [ 1 2 ]) ([ 1 2 ] <= [ 1 2 ]) ([ 1 2 ] > [ 1 2 ]) ([ 1 2 ] >= [ 1 2 ]) ]
