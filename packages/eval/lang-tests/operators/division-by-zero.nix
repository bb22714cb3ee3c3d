# category: operators
# checks: dividing an integer by zero
# versions: 2.3+
1 / 0
