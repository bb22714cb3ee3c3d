# category: closure
# checks: what an operator returns is evaluated before the elements that wait
# versions: 2.3+
builtins.tryEval (builtins.genericClosure { startSet = [ { key = 1; } { key = x: x; } ]; operator = e: [ (throw "x") ]; })
