# category: paths
# checks: toJSON of a path needs the file
# versions: 2.3+
# flags: store
builtins.toJSON /surely/not/there
