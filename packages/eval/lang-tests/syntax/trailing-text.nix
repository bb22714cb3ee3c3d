# category: syntax
# checks: nothing may follow the expression
# versions: 2.3+
1; 2
