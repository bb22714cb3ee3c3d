# category: xml
# checks: unlike JSON, XML has floats with six digits
# versions: 2.3+
builtins.toXML [ 1.0 0.1 123456789.123 1.0e-7 ]
