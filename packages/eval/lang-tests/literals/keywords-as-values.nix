# category: literals
# checks: true, false and null are variables that can be shadowed
# versions: 2.3+
let true = 1; null = 2; in [ true null false ]
