# category: operators
# checks: lists compare only as far as needed
# versions: 2.3+
[ ([ 1 (throw "no") ] < [ 2 (throw "no") ]) ([ 1 2 ] < [ 1 3 (throw "no") ]) ]
