# category: errors
# checks: undefined variables are found before evaluation
# versions: 2.3+
if true then 1 else nowhere
