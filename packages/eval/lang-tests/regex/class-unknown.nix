# category: regex
# checks: an unknown class
# versions: 2.3+
builtins.match "[[:foo:]]" "a"
