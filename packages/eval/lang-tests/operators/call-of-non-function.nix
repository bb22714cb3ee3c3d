# category: operators
# checks: only functions can be applied
# versions: 2.3+
1 2
