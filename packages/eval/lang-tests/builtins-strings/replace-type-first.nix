# category: builtins-strings
# checks: that the third argument is a string is seen before any replacement is evaluated
# versions: 2.19+
builtins.tryEval (builtins.replaceStrings [ "" ] [ (throw "no") ] 1)
