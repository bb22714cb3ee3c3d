# category: builtins-strings
# checks: the first pattern that fits is replaced, from left to right
# versions: 2.3+
[ (builtins.replaceStrings [ "a" "b" ] [ "b" "a" ] "abc") (builtins.replaceStrings [ "oo" "a" ] [ "a" "oo" ] "foobar") (builtins.replaceStrings [ "a" "ab" ] [ "1" "2" ] "ab") (builtins.replaceStrings [ "ab" "a" ] [ "2" "1" ] "aab") (builtins.replaceStrings [ ] [ ] "x") ]
