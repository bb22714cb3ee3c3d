# category: strings
# checks: a function can't be interpolated
# versions: 2.3+
"${x: x}"
