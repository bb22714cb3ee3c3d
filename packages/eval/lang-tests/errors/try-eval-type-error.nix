# category: errors
# checks: tryEval doesn't catch a type error
# versions: 2.3+
builtins.tryEval (1 + "a")
