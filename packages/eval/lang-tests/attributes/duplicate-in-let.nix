# category: attributes
# checks: let can't define a name twice
# versions: 2.3+
let a = 1; a = 2; in a
