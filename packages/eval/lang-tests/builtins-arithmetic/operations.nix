# category: builtins-arithmetic
# checks: add, sub, mul, div on integers and floats
# versions: 2.3+
[ (builtins.add 1 2) (builtins.sub 1 2) (builtins.mul 2 3) (builtins.div 7 2) (builtins.add 1 0.5) (builtins.div 7.0 2) (__add 1 1) (__sub 3 1) ]
