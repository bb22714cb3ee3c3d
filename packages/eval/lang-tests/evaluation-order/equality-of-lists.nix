# category: evaluation-order
# checks: comparison of lists stops at the first difference
# versions: 2.3+
[ ([ 1 2 (throw "x") ] == [ 1 3 (throw "x") ]) ((builtins.tryEval ([ 1 (throw "x") ] == [ 1 2 ])).success) ]
