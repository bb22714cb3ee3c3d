# category: operators
# checks: not takes a whole sum
# versions: 2.3+
!1 + 1 == 2
