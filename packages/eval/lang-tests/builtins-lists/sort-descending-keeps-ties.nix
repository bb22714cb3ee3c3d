# category: builtins-lists
# checks: a reversed comparison keeps ties in order
# versions: 2.3+
map (p: p.n) (builtins.sort (a: b: a.k > b.k) [ { k = 1; n = "a"; } { k = 2; n = "b"; } { k = 1; n = "c"; } { k = 2; n = "d"; } ])
