# category: operators
# checks: elements of a list are selections, never applications
# versions: 2.3+
let f = x: x; s = { a = 1; }; in builtins.length [ f 1 s.a f s.b or 2 ]
