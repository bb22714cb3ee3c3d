# category: conditionals
# checks: a conditional can't stand bare behind an operator
# versions: 2.3+
1 + if true then 2 else 3
