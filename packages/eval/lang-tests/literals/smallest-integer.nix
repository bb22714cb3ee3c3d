# category: literals
# checks: the smallest integer is reached by subtraction, and prints in full
# versions: 2.3+
(-9223372036854775807) - 1
