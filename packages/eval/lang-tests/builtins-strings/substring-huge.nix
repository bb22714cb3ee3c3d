# category: builtins-strings
# checks: a start and a length beyond 32 bits
# versions: 2.20+
[ (builtins.substring 9223372036854775807 1 "abc") (builtins.substring 1 9223372036854775807 "abc") (builtins.substring 0 (-9223372036854775807) "abc") ]
