# category: regex
# checks: an interval that goes down
# versions: 2.3+
builtins.match "a{3,2}" "aaa"
