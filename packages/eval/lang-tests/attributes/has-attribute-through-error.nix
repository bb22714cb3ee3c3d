# category: attributes
# checks: an error on the way is an error
# versions: 2.3+
(builtins.tryEval ({ a = throw "x"; } ? a.b)).success
