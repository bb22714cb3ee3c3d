# category: syntax
# checks: two operators in a row
# versions: 2.3+
1 * * 2
