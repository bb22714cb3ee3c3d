# category: builtins-strings
# checks: replacements that aren't used aren't evaluated
# versions: 2.19+
builtins.replaceStrings [ "x" "a" ] [ (throw "no") "b" ] "banana"
