# category: equality
# checks: lists are equal when their elements are
# versions: 2.3+
[ ([ ] == [ ]) ([ 1 2 ] == [ 1 2 ]) ([ 1 2 ] == [ 2 1 ]) ([ 1 ] == [ 1 2 ]) ([ [ 1 ] ] == [ [ 1.0 ] ]) ]
