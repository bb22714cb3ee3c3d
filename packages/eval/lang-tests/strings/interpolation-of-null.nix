# category: strings
# checks: null can't be interpolated
# versions: 2.3+
"${null}"
