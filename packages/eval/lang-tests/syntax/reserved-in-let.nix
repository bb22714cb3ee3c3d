# category: syntax
# checks: a keyword can't be bound
# versions: 2.3+
let in = 1; in in
