# category: indented-strings
# checks: blanks before the closing quotes go, text there stays
# versions: 2.3+
[ ''
    a
    '' ''
    a
      b'' ''
    a
  b'' ]
