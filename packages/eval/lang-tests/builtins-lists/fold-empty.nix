# category: builtins-lists
# checks: foldl' of an empty list evaluates and gives the start value
# versions: 2.3+
(builtins.tryEval (builtins.foldl' (a: b: a) (throw "x") [ ])).success
