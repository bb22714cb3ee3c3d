# category: errors
# checks: throw takes no number
# versions: 2.3+
builtins.tryEval (throw 1)
