# category: builtins-arithmetic
# checks: what rounds to zero is the integer zero
# versions: 2.3+
[ (builtins.ceil (-0.5)) (builtins.floor 0.9) (builtins.floor (-0.1)) (builtins.ceil 0.0) ]
