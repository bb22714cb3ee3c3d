# category: equality
# checks: not-equal is the opposite
# versions: 2.3+
[ (1 != 1) (1 != 2) ([ 1 ] != [ 1 ]) ({ } != { a = 1; }) ]
