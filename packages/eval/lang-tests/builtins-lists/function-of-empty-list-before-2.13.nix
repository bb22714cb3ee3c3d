# category: builtins-lists
# checks: filter and sort evaluate their function even if there is no element
# versions: 2.3-2.12
[ (builtins.tryEval (builtins.filter (throw "x") [ ])).success (builtins.tryEval (builtins.sort (throw "x") [ ])).success ]
