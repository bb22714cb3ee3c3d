# category: evaluation-order
# checks: concatenation of lists evaluates the left side first
# versions: 2.3+
(builtins.tryEval ((throw "x") ++ 1)).success
