# category: errors
# checks: a warning is a string
# versions: 2.23+
builtins.warn 1 3
