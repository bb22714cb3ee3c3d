# category: indented-strings
# checks: an escape counts as text for the indentation
# versions: 2.3+
''
    ''\n
      a
  ''
