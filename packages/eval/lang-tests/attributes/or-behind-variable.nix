# category: attributes
# checks: or behind a variable is an argument of it
# versions: 2.3+
let v = x: [ x ]; or = 3; in [ (v or) ((v or) == [ 3 ]) ]
