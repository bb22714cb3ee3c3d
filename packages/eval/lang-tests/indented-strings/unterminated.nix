# category: indented-strings
# checks: an indented string must end
# versions: 2.3+
''abc'
