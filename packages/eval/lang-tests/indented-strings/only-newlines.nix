# category: indented-strings
# checks: line breaks alone
# versions: 2.3+
[ ''

'' ''


  '' ]
