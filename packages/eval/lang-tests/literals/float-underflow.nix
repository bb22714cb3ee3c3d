# category: literals
# checks: a float literal too small for a normal double is a parse error
# versions: 2.3+
1.0e-310
