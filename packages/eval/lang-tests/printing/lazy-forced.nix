# category: printing
# checks: what has been evaluated prints as a value
# versions: 2.3-2.19
# flags: lazy
let s = { a = 1 + 1; b = 2 + 2; }; in builtins.seq s.a s
