# category: builtins-lists
# checks: foldl' from the left, strict in the accumulator
# versions: 2.3+
[ (builtins.foldl' (a: b: a - b) 10 [ 1 2 3 ]) (builtins.foldl' (a: b: "${a}${b}") "" [ "x" "y" ]) (builtins.foldl' (a: b: b) (throw "no") [ 1 ]) ]
