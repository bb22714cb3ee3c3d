# category: paths
# checks: a path is no attribute name
# versions: 2.3+
{ ${/a} = 1; }
