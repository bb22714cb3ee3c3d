# category: json
# checks: floats with all digits that tell them from others, always with a point or an exponent
# versions: 2.12+
builtins.toJSON [ 1 (-1) 9223372036854775807 0.1 1.0 (0.0 * (-1)) 1.0e10 123456789.123 1.0e14 1.0e15 1.0e16 1.0e22 1.0e300 1.0e-4 1.0e-5 (-2.5e-7) 0.30000000000000004 123456789012345.6 ]
