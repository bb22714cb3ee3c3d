# category: operators
# checks: a string can't be added to an integer
# versions: 2.3+
1 + "a"
