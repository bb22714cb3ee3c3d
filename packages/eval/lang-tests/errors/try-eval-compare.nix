# category: errors
# checks: an impossible comparison isn't caught
# versions: 2.3+
builtins.tryEval ({ } < { })
