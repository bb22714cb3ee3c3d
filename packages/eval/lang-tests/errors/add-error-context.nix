# category: errors
# checks: addErrorContext changes nothing about the value
# versions: 2.3+
[ (builtins.addErrorContext "while testing" 1) (builtins.tryEval (builtins.addErrorContext "while testing" (throw "x"))).success ]
