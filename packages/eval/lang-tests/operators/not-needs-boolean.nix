# category: operators
# checks: not wants a boolean
# versions: 2.3+
!null
