# category: evaluation-order
# checks: a size below zero fails before the function is evaluated
# versions: 2.14+
builtins.tryEval (builtins.genList (throw "x") (-1))
