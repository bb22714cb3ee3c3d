# category: builtins-lists
# checks: all and any stop at the first answer
# versions: 2.3+
[ (builtins.all (x: x > 0) [ 1 2 ]) (builtins.any (x: x > 1) [ 1 2 (throw "no") ]) (builtins.all (x: x < 2) [ 3 (throw "no") ]) (builtins.all (x: false) [ ]) (builtins.any (x: true) [ ]) ]
