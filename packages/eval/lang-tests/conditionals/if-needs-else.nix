# category: conditionals
# checks: a conditional has both branches
# versions: 2.3+
if true then 1
