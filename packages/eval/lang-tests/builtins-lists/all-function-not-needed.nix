# category: builtins-lists
# checks: the predicate of an empty list isn't called, but evaluated
# versions: 2.3+
[ (builtins.tryEval (builtins.all (throw "x") [ ])).success (builtins.tryEval (builtins.any (throw "x") [ ])).success (builtins.tryEval (builtins.partition (throw "x") [ ])).success (builtins.tryEval (builtins.groupBy (throw "x") [ ])).success (builtins.tryEval (builtins.concatMap (throw "x") [ ])).success (builtins.tryEval (map (throw "x") [ ])).success ]
