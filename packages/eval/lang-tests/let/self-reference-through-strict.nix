# category: let
# checks: a binding that needs its own value never ends
# versions: 2.3+
let x = 1 + x; in x
