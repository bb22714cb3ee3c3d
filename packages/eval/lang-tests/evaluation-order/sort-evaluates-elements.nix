# category: evaluation-order
# checks: sort evaluates all elements, whatever the comparison looks at
# versions: 2.3+
[ (builtins.tryEval (builtins.sort (x: y: false) [ (throw "x") ])).success (builtins.tryEval (builtins.sort (x: y: false) [ 1 (throw "x") ])).success ]
