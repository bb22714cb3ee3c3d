# category: laziness
# checks: an argument is evaluated once however often it is used
# versions: 2.3+
let f = x: [ x x x ]; in f (builtins.foldl' builtins.add 0 (builtins.genList (i: i) 100))
