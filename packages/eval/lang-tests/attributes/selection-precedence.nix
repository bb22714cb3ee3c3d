# category: attributes
# checks: selection comes before application
# versions: 2.3+
let f = { g = x: x * 2; }; s = { v = 4; }; in f.g s.v
