# category: builtins-lists
# checks: equal elements keep their order
# versions: 2.3+
map (p: p.n) (builtins.sort (a: b: a.k < b.k) [ { k = 2; n = 1; } { k = 1; n = 2; } { k = 2; n = 3; } { k = 1; n = 4; } { k = 0; n = 5; } { k = 2; n = 6; } ])
