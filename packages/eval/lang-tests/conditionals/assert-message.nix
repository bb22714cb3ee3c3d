# category: conditionals
# checks: an assertion that fails can be caught, its condition that fails in another way can't
# versions: 2.3+
[ (builtins.tryEval (assert false; 1)) (builtins.tryEval (assert throw "x"; 1)) ]
