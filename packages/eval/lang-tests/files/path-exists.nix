# category: files
# checks: pathExists of files, directories and nothing
# versions: 2.3+
[ (builtins.pathExists ./fixtures) (builtins.pathExists ./fixtures/text.txt) (builtins.pathExists ./fixtures/none) (builtins.pathExists (toString ./fixtures + "/text.txt")) ]
