# category: regex
# checks: the subject is a string
# versions: 2.3+
builtins.match "a" 1
