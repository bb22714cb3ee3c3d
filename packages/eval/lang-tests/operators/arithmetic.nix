# category: operators
# checks: the four operations on integers, division towards zero
# versions: 2.3+
[ (7 + 3) (7 - 3) (7 * 3) (7 / 3) (-7 / 3) (7 / -3) (0 / 5) ]
