# category: indented-strings
# checks: a backslash alone is text
# versions: 2.3+
''a\nb\${"c"}''
