# category: conditionals
# checks: assertions are checked from the outside
# versions: 2.3+
(builtins.tryEval (assert true; assert 1 < 2; assert false; abort "no")).success
