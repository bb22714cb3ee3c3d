# category: regex
# checks: a parenthesis that wasn't opened
# versions: 2.3+
builtins.match "a)" "a"
