# category: operators
# checks: lists can't be subtracted
# versions: 2.3+
[ 1 ] - [ 1 ]
