# category: evaluation-order
# checks: what can't be added fails before the right side is looked at
# versions: 2.3+
builtins.tryEval (true + (throw "x"))
