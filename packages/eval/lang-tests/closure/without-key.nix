# category: closure
# checks: each element has a key
# versions: 2.3+
builtins.genericClosure { startSet = [ { } ]; operator = i: [ ]; }
