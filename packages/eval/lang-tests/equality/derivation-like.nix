# category: equality
# checks: sets of type derivation compare by outPath alone
# versions: 2.3+
let d = x: { type = "derivation"; outPath = x; other = throw "no"; }; in [ (d "a" == d "a") (d "a" == d "b") ({ type = "derivation"; a = 1; } == { type = "derivation"; a = 1; }) ]
