# category: regex
# checks: an alternative may be empty
# versions: 2.3+
[ (builtins.match "(a|)b" "b") (builtins.match "(|a)b" "ab") (builtins.match "a||b" "") ]
