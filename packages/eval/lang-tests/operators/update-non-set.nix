# category: operators
# checks: update wants sets
# versions: 2.3+
{ } // 1
