# category: literals
# checks: zero is exact with any exponent
# versions: 2.3+
[ 0.0e-400 0.0e400 ]
