# category: regex
# checks: bracket expressions
# versions: 2.3+
[ (builtins.match "[[:space:]]+([[:upper:]]+)[[:space:]]+" "  FOO   ") (builtins.match "[]a]+" "]a") (builtins.match "[^]]+" "a]") (builtins.match "[a-]+" "a-") (builtins.match "[\\]" "\\") (builtins.match "[[:alnum:]_-]+" "a_1-B") ]
