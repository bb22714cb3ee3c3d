# category: regex
# checks: a repeated group shows its last round
# versions: 2.3+
[ (builtins.match "(a|b)*" "abab") (builtins.match "((a)|(b))*" "ab") (builtins.match "(x(y)?)*" "xyx") ]
