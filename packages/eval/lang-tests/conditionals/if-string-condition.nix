# category: conditionals
# checks: a string is no condition
# versions: 2.3+
if "true" then 1 else 2
