# category: files
# checks: readFile gives the bytes
# versions: 2.3+
[ (builtins.readFile ./fixtures/text.txt) (builtins.stringLength (builtins.readFile ./fixtures/text.txt)) ]
