# category: syntax
# checks: text in angle brackets is a search path only without blanks
# versions: 2.3+
let a = 1; b = 2; in [ (a <b) (a < b) ]
