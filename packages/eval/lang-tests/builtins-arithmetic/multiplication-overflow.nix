# category: builtins-arithmetic
# checks: a product beyond 64 bits is an error
# versions: 2.25+
4294967296 * 4294967296
