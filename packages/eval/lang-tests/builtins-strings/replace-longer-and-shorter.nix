# category: builtins-strings
# checks: replacements may be of any length
# versions: 2.3+
[ (builtins.replaceStrings [ "a" ] [ "" ] "banana") (builtins.replaceStrings [ "an" ] [ "ANAN" ] "banana") (builtins.replaceStrings [ "banana" ] [ "x" ] "banana") ]
