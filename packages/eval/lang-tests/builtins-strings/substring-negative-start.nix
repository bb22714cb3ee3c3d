# category: builtins-strings
# checks: a negative start is an error
# versions: 2.3+
builtins.substring (-1) 1 "abc"
