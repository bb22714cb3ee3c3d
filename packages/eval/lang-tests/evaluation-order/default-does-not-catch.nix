# category: evaluation-order
# checks: neither a set nor a name that fails is covered by a default
# versions: 2.3+
(builtins.tryEval ((throw "x").${throw "y"} or 1)).success
