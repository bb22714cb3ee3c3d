# category: operators
# checks: sums of floats round to the nearest double
# versions: 2.3+
[ (0.1 + 0.2 == 0.3) (0.1 + 0.2) (1.0e16 + 1 == 1.0e16) ]
