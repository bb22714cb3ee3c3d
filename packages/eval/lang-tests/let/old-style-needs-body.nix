# category: let
# checks: the old let set must have a body
# versions: 2.3+
let { a = 1; }
