# category: indented-strings
# checks: an escaped line break
# versions: 2.3+
''a''\
b''
