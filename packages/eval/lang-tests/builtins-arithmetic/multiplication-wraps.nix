# category: builtins-arithmetic
# checks: a product beyond 64 bits keeps its lowest bits
# versions: 2.3-2.24
[ (9223372036854775807 * 2) (4294967296 * 4294967296) (3037000500 * 3037000500) ]
