# category: attributes
# checks: a recursive set merges into a plain one and loses its scope
# versions: 2.3+
let x = "outer"; in { a = { y = 1; }; a = rec { x = "inner"; z = x; }; }
