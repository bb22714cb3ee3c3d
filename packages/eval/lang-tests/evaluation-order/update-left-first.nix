# category: evaluation-order
# checks: update checks its left side first
# versions: 2.3+
builtins.tryEval (1 // (throw "x"))
