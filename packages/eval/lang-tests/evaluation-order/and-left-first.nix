# category: evaluation-order
# checks: the left side of a conjunction is checked first
# versions: 2.3+
builtins.tryEval (1 && (throw "x"))
