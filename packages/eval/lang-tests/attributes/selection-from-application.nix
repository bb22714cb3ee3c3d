# category: attributes
# checks: a call must be in parentheses to be selected from
# versions: 2.3+
let f = x: { y = x; }; in (f 3).y
