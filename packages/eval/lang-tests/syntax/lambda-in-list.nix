# category: syntax
# checks: a function in a list needs parentheses
# versions: 2.3+
[ x: x ]
