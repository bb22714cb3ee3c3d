# category: builtins-lists
# checks: stability over a list long enough for a merge
# versions: 2.3+
let l = builtins.genList (i: { k = i - (i / 7) * 7; n = i; }) 60; in map (p: p.n) (builtins.sort (a: b: a.k < b.k) l)
