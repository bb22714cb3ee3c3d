# category: builtins-arithmetic
# checks: integers are rounded as the floats that they become
# versions: 2.3-2.24
[ (builtins.ceil 9007199254740993) (builtins.floor (-9007199254740993)) (builtins.floor 5) ]
