# category: files
# checks: a string is a path only if it is absolute
# versions: 2.3+
builtins.readFile "fixtures/text.txt"
