# category: operators
# checks: a path and an integer can't be added
# versions: 2.3+
/a + 1
