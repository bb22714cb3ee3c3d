# category: closure
# checks: all that can be reached, each key once, in order of discovery
# versions: 2.3+
builtins.genericClosure { startSet = [ { key = 5; } { key = 10; } ]; operator = i: if i.key <= 1 then [ ] else [ { key = i.key / 2; from = i.key; } ]; }
