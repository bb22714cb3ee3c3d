# category: builtins-arithmetic
# checks: lessThan of a number and a string
# versions: 2.3+
builtins.lessThan 1 "a"
