# category: builtins-lists
# checks: groupBy evaluates elements as its function does
# versions: 2.3+
builtins.length (builtins.groupBy (x: "all") [ (throw "a") (throw "b") ]).all
