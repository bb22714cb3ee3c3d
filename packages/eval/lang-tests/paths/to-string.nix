# category: paths
# checks: toString keeps the path as it is, without copying
# versions: 2.3+
[ (toString /a/b) (toString /a/../c) (builtins.stringLength (toString /abc)) ]
