# category: errors
# checks: tryEval doesn't catch a missing argument
# versions: 2.3+
builtins.tryEval (({ a }: a) { })
