# category: json
# checks: some floats are written with other digits than the nearest or shortest ones
# versions: 2.12+
map builtins.toJSON [ 4.7967100316726194e-43 8.820234107914108e118 5.717385517867533e-291 2.2250738585072014e-308 1.7976931348623157e308 ]
