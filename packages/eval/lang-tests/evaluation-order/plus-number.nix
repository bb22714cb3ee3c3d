# category: evaluation-order
# checks: a number on the left waits for the right side
# versions: 2.3+
(builtins.tryEval (1 + (throw "x"))).success
