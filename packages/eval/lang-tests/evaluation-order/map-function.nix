# category: evaluation-order
# checks: map evaluates its function if there is an element, before any is asked for
# versions: 2.13+
(builtins.tryEval (builtins.length (map (throw "x") [ 1 ]))).success
