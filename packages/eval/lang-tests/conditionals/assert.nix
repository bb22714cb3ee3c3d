# category: conditionals
# checks: assert evaluates its body when the condition holds
# versions: 2.3+
assert 1 + 1 == 2; assert true; "ok"
