# category: builtins-arithmetic
# checks: bit operations on positive and negative numbers
# versions: 2.3+
[ (builtins.bitAnd 12 10) (builtins.bitOr 12 10) (builtins.bitXor 12 10) (builtins.bitAnd (-1) 255) (builtins.bitOr (-8) 1) (builtins.bitXor (-1) 1) (builtins.bitAnd 9223372036854775807 (-2)) ]
