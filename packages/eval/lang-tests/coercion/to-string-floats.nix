# category: coercion
# checks: floats have six digits after the point
# versions: 2.3+
map toString [ 0.1 1.0 1.0e10 123456789.123 1.0e-7 0.0078125 (-2.5) ]
