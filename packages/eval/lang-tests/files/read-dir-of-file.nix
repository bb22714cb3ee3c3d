# category: files
# checks: a file has no entries
# versions: 2.3+
builtins.readDir ./fixtures/text.txt
