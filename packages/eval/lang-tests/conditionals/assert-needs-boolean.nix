# category: conditionals
# checks: an assertion is a boolean
# versions: 2.3+
assert null; 1
