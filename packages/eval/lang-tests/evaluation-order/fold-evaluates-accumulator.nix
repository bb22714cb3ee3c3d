# category: evaluation-order
# checks: foldl' evaluates each accumulator, no unused element
# versions: 2.3+
map (r: r.success) [ (builtins.tryEval (builtins.foldl' (a: x: a) 1 [ (throw "x") ])) (builtins.tryEval (builtins.foldl' (a: x: x) 1 [ (throw "x") 2 ])) ]
