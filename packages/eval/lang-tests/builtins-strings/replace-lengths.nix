# category: builtins-strings
# checks: both lists have the same length
# versions: 2.3+
builtins.replaceStrings [ "a" ] [ ] "a"
