# category: xml
# checks: tabs and line breaks in strings
# versions: 2.3+
builtins.toXML "a\tb\nc\r d"
