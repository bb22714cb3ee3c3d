# category: literals
# checks: decimal integers, leading zeros, the largest one
# versions: 2.3+
[ 0 1 42 007 9223372036854775807 (-1) (-9223372036854775807) (-0) ]
