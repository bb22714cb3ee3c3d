# category: evaluation-order
# checks: update evaluates its right side when the left is a set
# versions: 2.3+
(builtins.tryEval ({ } // (throw "x"))).success
