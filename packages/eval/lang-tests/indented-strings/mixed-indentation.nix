# category: indented-strings
# checks: the line with the least indentation counts, wherever it stands
# versions: 2.3+
''
      a
   b
     c
''
