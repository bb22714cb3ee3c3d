# category: operators
# checks: zero is recognised in either type
# versions: 2.3+
1.0 / 0
