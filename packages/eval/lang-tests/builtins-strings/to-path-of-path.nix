# category: builtins-strings
# checks: toPath of a path is a string
# versions: 2.3+
[ (builtins.toPath /a/b) (builtins.typeOf (builtins.toPath /a)) ]
