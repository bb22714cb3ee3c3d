# category: regex
# checks: anchors in alternatives and groups
# versions: 2.3+
[ (builtins.match "(^a|b)c" "ac") (builtins.match "a(b$|c)" "ab") (builtins.split "^a" "aab") (builtins.split "a$" "baa") ]
