# category: evaluation-order
# checks: an unknown algorithm is noticed before the text
# versions: 2.3+
builtins.tryEval (builtins.hashString "x" (throw "x"))
