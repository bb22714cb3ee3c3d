# category: let
# checks: bindings of the old let set see each other, and outer names
# versions: 2.3+
let x = 1; in let { y = x + 1; body = [ x y z ]; z = y + 1; }
