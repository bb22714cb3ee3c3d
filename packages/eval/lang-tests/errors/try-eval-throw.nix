# category: errors
# checks: tryEval catches throw and gives false
# versions: 2.3+
builtins.tryEval (throw "x")
