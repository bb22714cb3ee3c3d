# category: indented-strings
# checks: an indented string inside an interpolation of another
# versions: 2.3+
''
  a ${''
    b
      c
  ''} d
''
