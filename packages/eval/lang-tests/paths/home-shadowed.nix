# category: paths
# checks: a tilde alone is no path
# versions: 2.3+
~
