# category: regex
# checks: an interval that isn't closed
# versions: 2.3+
builtins.match "a{2" "aa"
