# category: let
# checks: a variable must be defined somewhere
# versions: 2.3+
let a = 1; in b
