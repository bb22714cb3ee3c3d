# category: let
# checks: the old let set evaluates its body attribute
# versions: 2.3+
let { body = a + 1; a = 1; }
