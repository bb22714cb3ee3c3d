# category: closure
# checks: elements are sets
# versions: 2.3+
builtins.genericClosure { startSet = [ 1 ]; operator = i: [ ]; }
