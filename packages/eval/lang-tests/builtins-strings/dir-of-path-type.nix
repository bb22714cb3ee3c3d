# category: builtins-strings
# checks: dirOf keeps the type
# versions: 2.3+
[ (builtins.typeOf (dirOf /a/b)) (builtins.typeOf (dirOf "/a/b")) (dirOf /.) ]
