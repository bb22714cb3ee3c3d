# category: equality
# checks: lists of different lengths are unequal without looking
# versions: 2.3+
[ ([ (throw "no") ] == [ ]) ([ 1 (throw "no") ] == [ 2 (throw "no") ]) ]
