# category: indented-strings
# checks: the empty string in several spellings
# versions: 2.3+
[ "" '''' '' '' ''
'' ''
  '' ]
