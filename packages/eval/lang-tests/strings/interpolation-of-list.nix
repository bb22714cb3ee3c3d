# category: strings
# checks: a list can't be interpolated
# versions: 2.3+
"${[ "a" ]}"
