# category: errors
# checks: trace evaluates its message before its value
# versions: 2.3+
(builtins.tryEval (builtins.trace (throw "x") (abort "no"))).success
