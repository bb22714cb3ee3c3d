# category: builtins-strings
# checks: the pattern is a string
# versions: 2.3+
builtins.match 1 "a"
