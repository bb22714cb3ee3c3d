# category: builtins-arithmetic
# checks: bit operations want integers
# versions: 2.3+
builtins.bitAnd 1.5 1
