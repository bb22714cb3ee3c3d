# category: laziness
# checks: only the chosen element is evaluated
# versions: 2.3+
builtins.elemAt [ (throw "a") 1 (throw "b") ] 1
