# category: coercion
# checks: toString of floats never uses exponents
# versions: 2.3+
map toString [ 1.0e20 1.0e-10 123456.7891234 (-0.0) 1.5e300 ]
