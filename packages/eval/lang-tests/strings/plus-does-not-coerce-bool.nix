# category: strings
# checks: true can't be appended to a string
# versions: 2.3+
"a" + true
