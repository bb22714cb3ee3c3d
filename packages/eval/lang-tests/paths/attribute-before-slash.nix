# category: paths
# checks: a name, a dot and a slash make a path too
# versions: 2.3+
[ (builtins.typeOf a.b/c) (baseNameOf a.b/c) (builtins.typeOf 1.0/2) ]
