# category: paths
# checks: paths and their predicates
# versions: 2.3+
[ (builtins.isPath /a) (builtins.isPath "/a") (builtins.typeOf /a) (builtins.isString /a) ]
