# category: syntax
# checks: a file holds an expression
# versions: 2.3+
# nothing but a comment
