# category: closure
# checks: keys can be compared with each other
# versions: 2.3+
builtins.genericClosure { startSet = [ { key = 1; } { key = "a"; } ]; operator = i: [ ]; }
