# category: builtins
# checks: built-ins take their arguments one by one
# versions: 2.3+
let add1 = builtins.add 1; in [ (add1 2) (map (builtins.sub 10) [ 1 2 ]) (builtins.typeOf (builtins.foldl' (a: b: a))) ]
