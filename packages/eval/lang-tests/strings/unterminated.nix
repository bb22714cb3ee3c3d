# category: strings
# checks: a string must end
# versions: 2.3+
"abc
