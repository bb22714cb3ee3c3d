# category: builtins-strings
# checks: baseNameOf strips the directory and one trailing slash
# versions: 2.3+
[ (baseNameOf "/a/b") (baseNameOf "a") (baseNameOf "/") (baseNameOf "a/") (baseNameOf "") (baseNameOf "a/b//") (baseNameOf /a/b.c) ]
