# category: builtins-strings
# checks: splitVersion wants a string
# versions: 2.3+
builtins.splitVersion 1
