# category: errors
# checks: a message that throws is what is thrown
# versions: 2.3+
(builtins.tryEval (throw (throw "inner"))).success
