# category: laziness
# checks: an element of map is computed once, and fails each time it fails
# versions: 2.3+
let l = map (x: throw "x") [ 1 ]; e = builtins.head l; in [ (builtins.tryEval e).success (builtins.tryEval (builtins.head l)).success ]
