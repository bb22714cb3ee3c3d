# category: attributes
# checks: inherit defines a name
# versions: 2.3+
let a = 1; in { inherit a; a = 2; }
