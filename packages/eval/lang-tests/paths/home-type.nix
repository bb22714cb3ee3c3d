# category: paths
# checks: a path below the home directory is a path
# versions: 2.3+
builtins.typeOf ~/x
