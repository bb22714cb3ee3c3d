# category: errors
# checks: tryEval catches a failed assertion
# versions: 2.3+
builtins.tryEval (assert false; 1)
