# category: strings
# checks: an integer can't be interpolated
# versions: 2.3+
"${1}"
