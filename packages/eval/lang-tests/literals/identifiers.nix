# category: literals
# checks: identifiers may hold quotes, dashes and underscores
# versions: 2.3+
let a' = 1; b-c = 2; _d = 3; e'' = 4; or' = 5; in [ a' b-c _d e'' or' ]
