# category: builtins-arithmetic
# checks: lessThan as a function
# versions: 2.3+
[ (builtins.lessThan 1 2) (builtins.lessThan "b" "a") (__lessThan 1.5 2) ]
