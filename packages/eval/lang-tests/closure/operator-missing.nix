# category: closure
# checks: there must be an operator
# versions: 2.3+
builtins.genericClosure { startSet = [ { key = 1; } ]; }
