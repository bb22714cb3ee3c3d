# category: operators
# checks: comparisons don't chain
# versions: 2.3+
1 < 2 < 3
