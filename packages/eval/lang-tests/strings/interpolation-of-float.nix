# category: strings
# checks: a float can't be interpolated
# versions: 2.3+
"${1.5}"
