# category: operators
# checks: the smallest and the largest integers compare exactly
# versions: 2.3+
let min = -9223372036854775807 - 1; max = 9223372036854775807; in [ (min < max) (max > max - 1) (min < min + 1) (min == -max - 1) ]
