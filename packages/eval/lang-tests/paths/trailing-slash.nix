# category: paths
# checks: a path can't end in a slash
# versions: 2.3+
/a/
