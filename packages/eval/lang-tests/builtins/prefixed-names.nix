# category: builtins
# checks: the others have a prefix of two underscores as globals
# versions: 2.3+
[ (__length [ 1 ]) (__head [ 2 ]) (__attrNames { a = 1; }) (__typeOf 1) (__toJSON [ ]) ]
