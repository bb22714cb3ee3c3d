# category: regex
# checks: groups that took no part are null
# versions: 2.3+
[ (builtins.match "(a)|(b)" "b") (builtins.match "((a)|b)*" "ab") (builtins.match "(a)?(b)?" "b") ]
