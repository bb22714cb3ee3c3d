# category: operators
# checks: implication wants booleans
# versions: 2.3+
1 -> true
