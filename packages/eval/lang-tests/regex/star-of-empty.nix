# category: regex
# checks: a star over what may be empty ends
# versions: 2.3+
[ (builtins.match "(a*)*" "") (builtins.match "(a*)+b" "aab") (builtins.match "()*" "") ]
