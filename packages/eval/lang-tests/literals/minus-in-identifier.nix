# category: literals
# checks: a dash between letters is part of the name, a dash and a digit too
# versions: 2.3+
let a-1 = 5; a = 3; in [ a-1 (a - 1) (a -1) ]
