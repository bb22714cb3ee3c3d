# category: regex
# checks: a backslash makes special characters plain
# versions: 2.3+
[ (builtins.match "a\\.b" "a.b") (builtins.match "a\\.b" "axb") (builtins.match "\\(\\)\\[\\{\\*\\+\\?\\|\\^\\$\\\\" "()[{*+?|^$\\") ]
