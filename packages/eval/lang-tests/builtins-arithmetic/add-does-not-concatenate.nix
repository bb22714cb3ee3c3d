# category: builtins-arithmetic
# checks: add is no concatenation of strings
# versions: 2.3+
builtins.add "a" "b"
