# category: evaluation-order
# checks: the same holds for the operators
# versions: 2.3+
map (r: r.success) [ (builtins.tryEval ({ } - (throw "x"))) (builtins.tryEval ({ } * (throw "x"))) (builtins.tryEval ({ } / (throw "x"))) (builtins.tryEval ({ } < (throw "x"))) (builtins.tryEval ({ } == (throw "x"))) ]
