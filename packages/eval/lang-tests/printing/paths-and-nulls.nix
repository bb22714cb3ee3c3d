# category: printing
# checks: paths, null and booleans
# versions: 2.3+
[ /a/b null true false ]
