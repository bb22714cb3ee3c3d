# category: json
# checks: integers stay exact within 64 bits
# versions: 2.3+
builtins.fromJSON "[ 0, -0, 9223372036854775807, -9223372036854775808, 9007199254740993, 1.0, 1e2, 18446744073709551616 ]"
