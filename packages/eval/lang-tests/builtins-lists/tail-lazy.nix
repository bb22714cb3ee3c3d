# category: builtins-lists
# checks: tail evaluates no element
# versions: 2.3+
builtins.length (builtins.tail [ (throw "a") (throw "b") ])
