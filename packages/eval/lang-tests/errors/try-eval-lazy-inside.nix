# category: errors
# checks: tryEval doesn't look into its value, so what is in it fails later
# versions: 2.3+
(builtins.tryEval [ (throw "later") ]).value
