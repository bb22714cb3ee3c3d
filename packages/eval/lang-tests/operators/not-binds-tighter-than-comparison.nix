# category: operators
# checks: not takes the nearest operand, above comparisons
# versions: 2.3+
(!true == false)
