# category: errors
# checks: a value that failed once fails again
# versions: 2.3+
let x = throw "again"; in [ (builtins.tryEval x).success (builtins.tryEval x).success (builtins.tryEval x).value ]
