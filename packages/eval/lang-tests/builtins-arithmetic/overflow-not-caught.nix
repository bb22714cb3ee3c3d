# category: builtins-arithmetic
# checks: tryEval doesn't catch an overflow
# versions: 2.25+
builtins.tryEval (builtins.add 9223372036854775807 1)
