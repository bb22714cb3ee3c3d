# category: operators
# checks: the first elements that differ must be comparable
# versions: 2.3+
[ { } ] < [ { a = 1; } ]
