# category: regex
# checks: bytes of multi-byte characters count one by one
# versions: 2.3+
[ (builtins.match "." "é") (builtins.match ".." "é") (builtins.match "[é]" "é") ]
