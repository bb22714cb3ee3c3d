# category: attributes
# checks: names that mean something elsewhere are names like others
# versions: 2.3+
let __proto__ = 1; in [ __proto__ ({ } ? constructor) ({ constructor = 2; toString = 3; }.constructor) (builtins.groupBy (x: x) [ "__proto__" "hasOwnProperty" ]) ({ }.toString or 4) ]
