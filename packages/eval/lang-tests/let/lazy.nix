# category: let
# checks: unused bindings aren't evaluated
# versions: 2.3+
let a = throw "no"; b = abort "no"; in 1
