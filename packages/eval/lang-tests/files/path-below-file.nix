# category: files
# checks: nothing exists below a file, and a search path doesn't find it
# versions: 2.3+
[ (builtins.pathExists ./fixtures/text.txt/x) (builtins.pathExists (toString ./fixtures/text.txt + "/")) (builtins.tryEval (builtins.findFile [ { path = ./fixtures/text.txt; } ] "x")).success ]
