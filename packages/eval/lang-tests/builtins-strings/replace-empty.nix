# category: builtins-strings
# checks: an empty pattern fits between all characters and at the end
# versions: 2.3+
[ (builtins.replaceStrings [ "" ] [ "-" ] "abc") (builtins.replaceStrings [ "" ] [ "X" ] "") (builtins.replaceStrings [ "b" "" ] [ "B" "-" ] "abc") (builtins.replaceStrings [ "" "a" ] [ "-" "A" ] "ab") ]
