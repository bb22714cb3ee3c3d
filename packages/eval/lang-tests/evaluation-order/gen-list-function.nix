# category: evaluation-order
# checks: genList evaluates its function, after the size
# versions: 2.14+
[ (builtins.tryEval (builtins.genList (throw "x") 0)).success (builtins.tryEval (builtins.length (builtins.genList (throw "x") 3))).success (builtins.tryEval (builtins.genList 1 (throw "x"))).success ]
