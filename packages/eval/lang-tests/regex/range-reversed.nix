# category: regex
# checks: a range that goes down
# versions: 2.3+
builtins.match "[z-a]" "a"
