# category: attributes
# checks: a default is no application
# versions: 2.3+
let f = x: x + 1; in { }.a or f 1
