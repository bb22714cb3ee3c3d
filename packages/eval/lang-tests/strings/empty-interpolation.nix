# category: strings
# checks: an interpolation holds an expression
# versions: 2.3+
"${}"
