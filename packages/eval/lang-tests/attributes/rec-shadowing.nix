# category: attributes
# checks: a recursive set shadows its surroundings
# versions: 2.3+
let a = 1; in rec { b = a; a = 2; c = { inherit a; }; }
