# category: conditionals
# checks: an assertion in a list needs parentheses
# versions: 2.3+
[ assert true; 1 ]
