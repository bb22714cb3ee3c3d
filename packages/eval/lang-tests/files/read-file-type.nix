# category: files
# checks: the type of what lies at a path
# versions: 2.15+
[ (builtins.readFileType ./fixtures) (builtins.readFileType ./fixtures/text.txt) ]
