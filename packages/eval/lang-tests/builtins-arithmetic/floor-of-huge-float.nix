# category: builtins-arithmetic
# checks: a float beyond the integers can't be rounded
# versions: 2.25+
builtins.floor 1.0e30
