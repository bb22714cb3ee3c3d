# category: builtins-arithmetic
# checks: add wants numbers
# versions: 2.3+
builtins.add "a" 1
