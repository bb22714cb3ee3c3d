# category: errors
# checks: throw of an empty text can be caught
# versions: 2.3+
builtins.tryEval (throw "")
