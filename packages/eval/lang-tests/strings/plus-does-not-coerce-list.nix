# category: strings
# checks: a list can't be appended to a string
# versions: 2.3+
"a" + [ "b" ]
