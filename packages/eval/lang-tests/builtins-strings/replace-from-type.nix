# category: builtins-strings
# checks: patterns are strings
# versions: 2.3+
builtins.replaceStrings [ 1 ] [ "a" ] "x"
