# category: errors
# checks: tryEval doesn't catch infinite recursion
# versions: 2.3+
let x = x; in builtins.tryEval x
