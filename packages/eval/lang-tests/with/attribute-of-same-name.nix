# category: with
# checks: a with over a set with an attribute of the set's name
# versions: 2.3+
let s = { s = 1; }; in with s; s
