# category: paths
# checks: paths in lists end at brackets
# versions: 2.3+
builtins.length [/a/b(/c/d)]
