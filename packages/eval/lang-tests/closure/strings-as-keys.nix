# category: closure
# checks: keys are compared by value
# versions: 2.3+
map (i: i.key) (builtins.genericClosure { startSet = [ { key = "a"; } { key = "a"; x = 1; } ]; operator = i: if builtins.stringLength i.key > 2 then [ ] else [ { key = i.key + "b"; } { key = i.key + "c"; } ]; })
