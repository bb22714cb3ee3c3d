# category: operators
# checks: less and greater on integers, floats, strings, lists
# versions: 2.3+
[ (1 < 2) (2 <= 2) (1.5 > 1) (1 >= 1.5) ("a" < "b") ("a" < "B") ("" < "a") ("a" < "aa") ([ 1 2 ] < [ 1 3 ]) ([ 1 ] < [ 1 0 ]) ([ ] < [ ]) ([ ] <= [ ]) ([ 2 ] < [ 1 9 ]) ]
