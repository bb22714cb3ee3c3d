# category: errors
# checks: tryEval doesn't catch abort
# versions: 2.3+
builtins.tryEval (abort "through")
