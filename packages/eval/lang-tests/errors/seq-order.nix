# category: errors
# checks: seq evaluates its first argument first
# versions: 2.3+
(builtins.tryEval (builtins.seq (throw "x") (abort "no"))).success
