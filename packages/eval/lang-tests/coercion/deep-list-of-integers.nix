# category: coercion
# checks: integers in lists in lists
# versions: 2.3+
toString [ 1 [ 2 [ 3 [ 4 ] ] ] ]
