# category: with
# checks: each use of a with's name looks it up in the set of its own call
# versions: 2.3+
let f = s: with s; [ v w ]; w = 5; in [ (f { v = 1; }) (f { v = 2; w = 3; }) ]
