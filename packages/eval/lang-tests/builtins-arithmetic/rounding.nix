# category: builtins-arithmetic
# checks: ceil and floor give integers
# versions: 2.3+
[ (builtins.ceil 1.2) (builtins.floor 1.8) (builtins.ceil (-1.2)) (builtins.floor (-1.2)) (builtins.ceil 3) (builtins.floor 3) ]
