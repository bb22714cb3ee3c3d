# category: builtins-lists
# checks: map, filter and sort leave the function alone if there is no element
# versions: 2.13+
[ (map (throw "x") [ ]) (builtins.filter (throw "x") [ ]) (builtins.filter 1 [ ]) (builtins.sort (throw "x") [ ]) (builtins.sort 1 [ ]) ]
