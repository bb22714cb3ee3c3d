# category: operators
# checks: and wants booleans
# versions: 2.3+
1 && true
