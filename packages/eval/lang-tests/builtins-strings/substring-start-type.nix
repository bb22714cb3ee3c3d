# category: builtins-strings
# checks: the start is an integer
# versions: 2.3+
builtins.substring "0" 1 "abc"
