# category: evaluation-order
# checks: a pattern evaluates its argument, a plain parameter doesn't
# versions: 2.3+
[ (builtins.tryEval (({ ... }: 1) (throw "x"))).success (builtins.tryEval ((x: 1) (throw "x"))).success ]
