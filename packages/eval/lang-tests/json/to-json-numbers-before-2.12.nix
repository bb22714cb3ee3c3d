# category: json
# checks: integers in full, floats with six digits
# versions: 2.3-2.11
builtins.toJSON [ 1 (-1) 9223372036854775807 0.1 1.0 1.0e10 123456789.123 1.0e-7 ]
