# category: conditionals
# checks: a failed assertion shows its condition
# versions: 2.3+
let x = 1; in assert x == 2; x
