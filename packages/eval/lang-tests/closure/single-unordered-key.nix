# category: closure
# checks: one element alone needs no comparable key
# versions: 2.3+
builtins.length (builtins.genericClosure { startSet = [ { key = null; } ]; operator = i: [ ]; })
