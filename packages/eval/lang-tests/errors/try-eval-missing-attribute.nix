# category: errors
# checks: tryEval doesn't catch a missing attribute
# versions: 2.3+
builtins.tryEval ({ }.a)
