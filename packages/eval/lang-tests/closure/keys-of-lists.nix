# category: closure
# checks: lists are keys that compare element by element
# versions: 2.3+
map (i: i.key) (builtins.genericClosure { startSet = [ { key = [ 1 ]; } { key = [ 1 ]; } { key = [ 1 2 ]; } ]; operator = i: [ ]; })
