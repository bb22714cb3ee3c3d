# category: regex
# checks: split gives what is between the matches and the groups of each
# versions: 2.3+
[ (builtins.split "(a)b" "abc") (builtins.split "([ac])" "abc") (builtins.split "(a)|(c)" "abc") (builtins.split "([[:upper:]]+)" "  FOO   ") (builtins.split "x" "abc") ]
