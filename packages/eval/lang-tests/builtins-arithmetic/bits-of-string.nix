# category: builtins-arithmetic
# checks: bit operations don't take strings
# versions: 2.3+
builtins.bitXor "1" 1
