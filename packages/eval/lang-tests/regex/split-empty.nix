# category: regex
# checks: matches without length
# versions: 2.3+
[ (builtins.split "" "ab") (builtins.split "a*" "baac") (builtins.split "x*" "") (builtins.split "$" "ab") (builtins.split "^" "ab") ]
