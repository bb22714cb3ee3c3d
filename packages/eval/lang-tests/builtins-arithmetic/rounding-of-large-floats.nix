# category: builtins-arithmetic
# checks: floats without a fraction become exact integers
# versions: 2.3+
[ (builtins.floor 1.0e15) (builtins.ceil (-1.0e18)) (builtins.floor 9007199254740992.0) ]
