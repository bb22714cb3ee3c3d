# category: operators
# checks: concatenation wants lists
# versions: 2.3+
[ 1 ] ++ 2
