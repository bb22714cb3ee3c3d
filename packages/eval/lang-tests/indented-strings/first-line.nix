# category: indented-strings
# checks: text on the first line has no indentation to count
# versions: 2.3+
[ ''a
    b
  '' ''  a
    b
  '' ]
