# category: operators
# checks: concatenation of lists keeps order, empty lists vanish
# versions: 2.3+
[ ([ ] ++ [ ]) ([ 1 ] ++ [ ]) ([ ] ++ [ 2 ]) ([ 1 2 ] ++ [ 3 ] ++ [ ]) ]
