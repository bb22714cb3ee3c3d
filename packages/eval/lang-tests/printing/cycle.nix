# category: printing
# checks: a set that contains itself prints as repeated
# versions: 2.3-2.19
let s = { a = 1; inherit s; }; in s
