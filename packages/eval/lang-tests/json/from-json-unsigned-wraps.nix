# category: json
# checks: integers of the unsigned half wrap
# versions: 2.3-2.24
builtins.fromJSON "[ 9223372036854775808, 18446744073709551615 ]"
