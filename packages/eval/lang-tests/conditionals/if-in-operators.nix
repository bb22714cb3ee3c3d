# category: conditionals
# checks: a conditional as an operand needs parentheses
# versions: 2.3+
1 + (if true then 2 else 3) * 2
