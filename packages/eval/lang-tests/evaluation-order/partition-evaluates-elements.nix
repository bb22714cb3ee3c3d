# category: evaluation-order
# checks: partition evaluates all elements, filter and groupBy don't
# versions: 2.3+
map (r: r.success) [ (builtins.tryEval (builtins.partition (x: true) [ (throw "x") ])) (builtins.tryEval (builtins.filter (x: true) [ (throw "x") ])) (builtins.tryEval (builtins.groupBy (x: "a") [ (throw "x") ])) ]
