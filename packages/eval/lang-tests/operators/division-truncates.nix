# category: operators
# checks: the quotient of integers is cut towards zero for all signs
# versions: 2.3+
[ (7 / 2) (-7 / 2) (7 / -2) (-7 / -2) (1 / 2) (-1 / 2) ]
