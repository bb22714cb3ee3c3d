# category: operators
# checks: both sides are evaluated for equality
# versions: 2.3+
(builtins.tryEval ((throw "x") == { })).success
