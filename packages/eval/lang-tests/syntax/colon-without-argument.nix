# category: syntax
# checks: a function has a parameter
# versions: 2.3+
: 1
