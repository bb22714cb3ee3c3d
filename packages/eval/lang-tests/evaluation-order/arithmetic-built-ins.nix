# category: evaluation-order
# checks: both operands of an arithmetic built-in are evaluated before either type counts
# versions: 2.3+
map (f: (builtins.tryEval (f { } (throw "x"))).success) [ builtins.add builtins.sub builtins.mul builtins.div ]
