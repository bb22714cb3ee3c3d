# category: attributes
# checks: inherit in one of two merged sets
# versions: 2.3+
let x = 1; in { a = { inherit x; }; a.y = 2; }
