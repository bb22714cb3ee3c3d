# category: syntax
# checks: let has a body
# versions: 2.3+
let a = 1; a
