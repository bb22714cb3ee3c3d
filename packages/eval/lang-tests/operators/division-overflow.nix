# category: operators
# checks: the one quotient beyond 64 bits is an error
# versions: 2.3+
(-9223372036854775807 - 1) / (-1)
