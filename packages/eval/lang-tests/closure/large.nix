# category: closure
# checks: thousands of elements
# versions: 2.3+
builtins.length (builtins.genericClosure { startSet = [ { key = 0; } ]; operator = i: if i.key < 3000 then [ { key = i.key + 1; } ] else [ ]; })
