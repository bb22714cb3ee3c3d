# category: closure
# checks: the operator gives lists
# versions: 2.3+
builtins.genericClosure { startSet = [ { key = 1; } ]; operator = i: 1; }
