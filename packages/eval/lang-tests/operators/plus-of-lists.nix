# category: operators
# checks: lists can't be added
# versions: 2.3+
[ 1 ] + [ 2 ]
