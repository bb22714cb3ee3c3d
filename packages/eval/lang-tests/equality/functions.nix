# category: equality
# checks: functions are unequal, but containers that share one are equal
# versions: 2.3+
let f = x: x; s = { inherit f; }; l = [ f ]; in [ (f == f) ((x: x) == (x: x)) (l == l) ([ f ] == [ f ]) (s == s) ({ inherit f; } == { inherit f; }) (builtins.add == builtins.add) ]
