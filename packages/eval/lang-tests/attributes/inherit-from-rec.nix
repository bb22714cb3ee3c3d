# category: attributes
# checks: inherit in a recursive set takes from outside
# versions: 2.3+
let a = 1; in rec { inherit a; b = a; }
