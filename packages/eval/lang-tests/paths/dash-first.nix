# category: paths
# checks: a dash may begin a path
# versions: 2.3+
[ (builtins.typeOf -/a) (baseNameOf -/a) ]
