# category: operators
# checks: addition beyond 64 bits wraps
# versions: 2.3-2.24
9223372036854775807 + 1
