# category: operators
# checks: an integer and a float give a float
# versions: 2.3+
[ (1 + 0.5) (0.5 + 1) (3 / 2.0) (2 * 1.5) (1 - 0.5) (1 + 1.0) ]
