# category: builtins-arithmetic
# checks: a difference beyond 64 bits is an error
# versions: 2.25+
-9223372036854775807 - 2
