# category: indented-strings
# checks: a blank line shorter than the indentation becomes empty
# versions: 2.3+
builtins.stringLength ''
      a

   
      b
''
