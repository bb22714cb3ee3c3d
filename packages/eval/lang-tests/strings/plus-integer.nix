# category: strings
# checks: an integer can't be appended to a string
# versions: 2.3+
"a" + 1
