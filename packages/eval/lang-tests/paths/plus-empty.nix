# category: paths
# checks: a path and an empty string
# versions: 2.3+
[ (/a/b + "") (builtins.typeOf (/a + "")) ]
