# category: closure
# checks: only the keys are evaluated
# versions: 2.3+
map (i: i.key) (builtins.genericClosure { startSet = [ { key = 1; v = throw "no"; } ]; operator = i: if i.key < 3 then [ { key = i.key + 1; v = throw "no"; } ] else [ ]; })
