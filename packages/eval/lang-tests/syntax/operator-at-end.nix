# category: syntax
# checks: an operator has two operands
# versions: 2.3+
1 +
