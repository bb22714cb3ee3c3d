# category: evaluation-order
# checks: sort evaluates the function before the elements
# versions: 2.13+
builtins.tryEval (builtins.sort 1 [ (throw "x") ])
