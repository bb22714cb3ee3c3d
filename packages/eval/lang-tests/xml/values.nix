# category: xml
# checks: every kind of value as XML
# versions: 2.3+
builtins.toXML { a = 1; b = [ true null ]; c = "x"; d = 1.5; e = { }; f = /p; g = [ ]; }
