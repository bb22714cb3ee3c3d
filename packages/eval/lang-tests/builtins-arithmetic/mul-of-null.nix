# category: builtins-arithmetic
# checks: mul wants numbers
# versions: 2.3+
builtins.mul 2 null
