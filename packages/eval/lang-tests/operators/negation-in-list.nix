# category: operators
# checks: a minus needs parentheses in a list
# versions: 2.3+
[ 1 -1 ]
