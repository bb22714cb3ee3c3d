# category: paths
# checks: slashes in an interpolation are slashes
# versions: 2.3+
/a/${"b/../c"}/d
