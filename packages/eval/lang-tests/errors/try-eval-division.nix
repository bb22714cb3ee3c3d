# category: errors
# checks: tryEval doesn't catch a division by zero
# versions: 2.3+
builtins.tryEval (1 / 0)
