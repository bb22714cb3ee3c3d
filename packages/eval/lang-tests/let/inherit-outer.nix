# category: let
# checks: inherit in let takes the name from outside
# versions: 2.3+
let a = 1; in let inherit a; in a
