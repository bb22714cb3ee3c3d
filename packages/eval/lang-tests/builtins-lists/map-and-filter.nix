# category: builtins-lists
# checks: map and filter keep the order
# versions: 2.3+
[ (map (x: x * 2) [ 1 2 3 ]) (builtins.filter (x: x > 1) [ 3 1 2 ]) (builtins.filter (x: throw "no") [ ]) (map (x: x) [ ]) ]
