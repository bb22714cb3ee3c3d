# category: builtins-arithmetic
# checks: bit operations on the smallest and the largest integer
# versions: 2.3+
let min = -9223372036854775807 - 1; max = 9223372036854775807; in [ (builtins.bitAnd min max) (builtins.bitOr min max) (builtins.bitXor min max) (builtins.bitXor min (-1)) (builtins.bitOr 4294967296 1) (builtins.bitAnd 18014398509481984 (-1)) ]
