# category: json
# checks: which numbers are floats
# versions: 2.3+
map builtins.typeOf (builtins.fromJSON "[ 1, 1.0, 1e0, -0, -0.0, 1E+2, 123456789012345678901 ]")
