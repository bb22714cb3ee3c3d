# category: builtins-strings
# checks: substring of a number
# versions: 2.3+
builtins.substring 0 1 12
