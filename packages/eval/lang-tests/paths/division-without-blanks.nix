# category: paths
# checks: without blanks a slash makes a path, with blanks it divides
# versions: 2.3+
[ (builtins.typeOf (4/2)) (4 / 2) (builtins.typeOf (a/b)) ]
