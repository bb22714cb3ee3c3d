# category: json
# checks: JSON has no infinities: they are null
# versions: 2.12+
builtins.toJSON [ (1.0e300 * 1.0e300) (-1.0e300 * 1.0e300) (1.0e300 * 1.0e300 - 1.0e300 * 1.0e300) ]
