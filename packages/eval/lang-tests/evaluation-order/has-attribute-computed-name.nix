# category: evaluation-order
# checks: a computed name is evaluated even where there is no set
# versions: 2.3+
builtins.tryEval (1 ? ${throw "x"})
