# category: builtins-lists
# checks: a comparison that throws can be caught
# versions: 2.3+
(builtins.tryEval (builtins.sort (a: b: throw "x") [ 1 2 ])).success
