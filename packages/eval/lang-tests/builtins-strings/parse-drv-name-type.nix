# category: builtins-strings
# checks: parseDrvName wants a string
# versions: 2.3+
builtins.parseDrvName null
