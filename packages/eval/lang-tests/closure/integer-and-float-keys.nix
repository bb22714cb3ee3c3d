# category: closure
# checks: an integer and a float that are equal are one key
# versions: 2.3+
map (i: i.key) (builtins.genericClosure { startSet = [ { key = 1; } { key = 1.0; } { key = 2.0; } { key = 2; } ]; operator = i: [ ]; })
