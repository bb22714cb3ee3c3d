# category: attributes
# checks: an attribute that is its own set can be followed to any depth
# versions: 2.3+
let s = rec { a = 1; s' = s; }; in s.s'.s'.s'.a
