# category: evaluation-order
# checks: a start below zero fails before the length and the text are evaluated
# versions: 2.20+
builtins.tryEval (builtins.substring (-1) (throw "x") (throw "y"))
