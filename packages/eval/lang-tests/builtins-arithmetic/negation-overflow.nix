# category: builtins-arithmetic
# checks: the smallest integer has no negative
# versions: 2.25+
-(-9223372036854775807 - 1)
