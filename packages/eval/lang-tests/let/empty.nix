# category: let
# checks: a let without bindings
# versions: 2.3+
let in 1
