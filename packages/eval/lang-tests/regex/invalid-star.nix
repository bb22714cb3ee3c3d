# category: regex
# checks: a star needs something to repeat
# versions: 2.3+
builtins.match "*a" "a"
