# category: builtins-strings
# checks: a substring may start anywhere beyond the end, also beyond 32 bits
# versions: 2.26+
[ (builtins.substring 9223372036854775807 1 "abc") (builtins.substring 4294967296 2 "abc") ]
