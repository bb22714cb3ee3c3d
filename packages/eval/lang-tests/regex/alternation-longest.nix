# category: regex
# checks: the longest of alternatives, wherever it stands
# versions: 2.3+
[ (builtins.match "(a|ab|abc)(.*)" "abcd") (builtins.split "ab|abc|a" "xabcx") ]
