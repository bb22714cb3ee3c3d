# category: operators
# checks: a string can't be compared with an integer
# versions: 2.3+
"a" < 1
