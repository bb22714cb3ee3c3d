# category: builtins-strings
# checks: a placeholder is a path-like string
# versions: 2.3+
# flags: store
builtins.placeholder "out"
