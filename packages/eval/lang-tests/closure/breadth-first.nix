# category: closure
# checks: what is found waits for what was found before
# versions: 2.3+
map (i: i.key) (builtins.genericClosure { startSet = [ { key = 1; } ]; operator = i: if i.key >= 8 then [ ] else [ { key = i.key * 2; } { key = i.key * 2 + 1; } ]; })
