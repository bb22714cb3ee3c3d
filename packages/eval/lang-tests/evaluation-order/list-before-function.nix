# category: evaluation-order
# checks: map, filter and sort evaluate the list before the function
# versions: 2.13+
[ (builtins.tryEval (map 1 (throw "x"))).success (builtins.tryEval (builtins.filter 1 (throw "x"))).success (builtins.tryEval (builtins.sort 1 (throw "x"))).success ]
