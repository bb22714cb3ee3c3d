# category: builtins-strings
# checks: what was replaced isn't searched again
# versions: 2.3+
builtins.replaceStrings [ "a" "b" ] [ "b" "c" ] "ab"
