# category: strings
# checks: null can't be appended to a string
# versions: 2.3+
"a" + null
