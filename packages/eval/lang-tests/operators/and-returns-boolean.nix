# category: operators
# checks: and checks its right side
# versions: 2.3+
true && 1
