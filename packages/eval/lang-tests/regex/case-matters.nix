# category: regex
# checks: upper and lower case differ
# versions: 2.3+
[ (builtins.match "[a-z]+" "ABC") (builtins.match "A" "a") ]
