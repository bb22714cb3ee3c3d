# category: laziness
# checks: elements aren't evaluated until asked
# versions: 2.3+
builtins.length [ (throw "a") (throw "b") ]
