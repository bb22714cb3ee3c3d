# category: builtins-arithmetic
# checks: div of floats by zero
# versions: 2.3+
builtins.div 1.0 0
