# category: builtins-arithmetic
# checks: div by zero
# versions: 2.3+
builtins.div 1 0
