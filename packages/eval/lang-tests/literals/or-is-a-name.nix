# category: literals
# checks: or is a plain name where no default may stand
# versions: 2.3+
let or = 1; in [ or ]
