# category: let
# checks: a binding that is itself never ends
# versions: 2.3+
let x = x; in x
