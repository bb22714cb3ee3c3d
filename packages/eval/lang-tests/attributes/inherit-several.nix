# category: attributes
# checks: one inherit of many names, in order of their names
# versions: 2.3+
let a = 1; b = 2; c = 3; in { inherit c a b; }
