# category: evaluation-order
# checks: all names are evaluated before any entry is asked for its value
# versions: 2.30+
builtins.tryEval (builtins.listToAttrs [ { name = "a"; } { name = throw "x"; value = 1; } ])
