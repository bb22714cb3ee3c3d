# category: builtins-strings
# checks: dirOf of strings and paths
# versions: 2.3+
[ (dirOf "/a/b") (dirOf "a/b/c") (dirOf "a") (dirOf "/a") (dirOf /a/b) (dirOf /a) (dirOf "a/") ]
