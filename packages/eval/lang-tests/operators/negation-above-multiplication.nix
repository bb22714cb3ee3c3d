# category: operators
# checks: a minus belongs to the nearest factor
# versions: 2.3+
[ (-2 * -3) (- 2 - - 3) (-2 + 3 * -1) ]
