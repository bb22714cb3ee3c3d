# category: conditionals
# checks: a condition is a boolean
# versions: 2.3+
if 1 then 2 else 3
