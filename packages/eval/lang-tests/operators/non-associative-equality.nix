# category: operators
# checks: equality doesn't chain
# versions: 2.3+
1 == 1 == true
