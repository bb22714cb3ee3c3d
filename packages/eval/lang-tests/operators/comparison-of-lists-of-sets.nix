# category: operators
# checks: equal elements are passed over even if they can't be ordered
# versions: 2.3+
[ { } 1 ] < [ { } 2 ]
