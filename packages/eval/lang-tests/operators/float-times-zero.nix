# category: operators
# checks: a negative zero prints with its sign and equals zero
# versions: 2.3+
[ (-1.0 * 0) (0.0 == -0.0) (-1.0 * 0 == 0) ]
