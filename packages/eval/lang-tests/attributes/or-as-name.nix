# category: attributes
# checks: or is an ordinary name in a set
# versions: 2.3+
let s = { or = 1; }; in [ s.or { or = 2; }.or ]
