# category: operators
# checks: an overflowing float product is infinite
# versions: 2.3+
[ (1.0e308 * 10) (-1.0e308 * 10) (1.0e308 * 10 == 1.0e308 * 100) ]
