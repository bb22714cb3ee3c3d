# category: operators
# checks: sets can't be compared
# versions: 2.3+
{ } < { }
