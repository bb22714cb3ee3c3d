# category: attributes
# checks: or may be inherited
# versions: 2.3+
let s = { or = 1; }; in { inherit (s) or; }
