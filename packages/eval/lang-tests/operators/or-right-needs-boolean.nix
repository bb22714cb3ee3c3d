# category: operators
# checks: the right side is checked when it is evaluated
# versions: 2.3+
false || 1
