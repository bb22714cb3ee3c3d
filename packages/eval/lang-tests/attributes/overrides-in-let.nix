# category: attributes
# checks: in let __overrides is a name like others
# versions: 2.3+
let a = 1; __overrides = { a = 2; }; in a
