# category: xml
# checks: integers and floats
# versions: 2.3+
builtins.toXML [ (-1) 9223372036854775807 1.5 1.0e10 0.1 ]
