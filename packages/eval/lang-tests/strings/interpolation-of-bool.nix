# category: strings
# checks: a boolean can't be interpolated
# versions: 2.3+
"${true}"
