# category: files
# checks: a slash at the end asks for a directory
# versions: 2.20+
[ (builtins.pathExists (toString ./fixtures + "/")) (builtins.pathExists (toString ./fixtures/text.txt + "/")) (builtins.pathExists (toString ./fixtures + "/.")) ]
