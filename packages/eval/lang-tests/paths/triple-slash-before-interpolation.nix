# category: paths
# checks: two pieces of path may not
# versions: 2.3+
/a///${"b"}
