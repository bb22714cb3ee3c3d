# category: evaluation-order
# checks: the index is evaluated before the list
# versions: 2.3+
[ (builtins.tryEval (builtins.elemAt 1 (throw "x"))).success (builtins.tryEval (builtins.elemAt (throw "x") (throw "y"))).success ]
