# category: closure
# checks: there must be a start set
# versions: 2.3+
builtins.genericClosure { operator = i: [ ]; }
