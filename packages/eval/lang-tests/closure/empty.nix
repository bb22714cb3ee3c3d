# category: closure
# checks: an empty start set
# versions: 2.3+
builtins.genericClosure { startSet = [ ]; operator = i: throw "no"; }
