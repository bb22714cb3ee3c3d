# category: regex
# checks: an ordinary character can't be escaped
# versions: 2.3+
builtins.match "\\d" "1"
