# category: literals
# checks: an integer literal beyond 64 bits is a parse error
# versions: 2.3+
9223372036854775808
