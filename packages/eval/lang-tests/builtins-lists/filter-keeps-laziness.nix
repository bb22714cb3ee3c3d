# category: builtins-lists
# checks: filter evaluates elements as its predicate does
# versions: 2.3+
builtins.length (builtins.filter (x: true) [ (throw "a") (throw "b") ])
