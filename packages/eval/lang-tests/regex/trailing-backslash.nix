# category: regex
# checks: a backslash at the end
# versions: 2.3+
builtins.match "a\\" "a"
