# category: builtins-strings
# checks: an unknown algorithm
# versions: 2.3+
builtins.hashString "md4" "abc"
