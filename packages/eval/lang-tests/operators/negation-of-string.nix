# category: operators
# checks: a string can't be negated
# versions: 2.3+
-"a"
