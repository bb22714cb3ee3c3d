# category: operators
# checks: booleans can't be compared
# versions: 2.3+
true < false
