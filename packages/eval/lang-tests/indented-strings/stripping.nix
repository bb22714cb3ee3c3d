# category: indented-strings
# checks: the indentation that all lines share goes
# versions: 2.3+
''
  a
    b
  c
''
