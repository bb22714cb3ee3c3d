# category: regex
# checks: which of several ways the groups show
# versions: 2.3+
[ (builtins.match "(a|ab)(c|bcd)(d*)" "abcd") (builtins.match "(.*)(.*)" "abc") (builtins.match "(a*)(ab)*(b*)" "abb") (builtins.match "(a*)*" "aa") ]
