# category: literals
# checks: a float literal beyond the range is a parse error
# versions: 2.3+
1.0e400
