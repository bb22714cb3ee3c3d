# category: syntax
# checks: parentheses group
# versions: 2.3+
[ ((((1)))) ((x: x) (2)) (1 + (2 - (3))) ]
