# category: literals
# checks: leading zeros beyond the digits of a large integer don't count
# versions: 2.3+
0000000000000000000000000000009223372036854775807
