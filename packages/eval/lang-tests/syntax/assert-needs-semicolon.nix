# category: syntax
# checks: an assertion ends in a semicolon
# versions: 2.3+
assert true 1
