# category: paths
# checks: two slashes in a row make no path
# versions: 2.3+
[ /a//b ]
