# category: operators
# checks: a path can't be compared with a string
# versions: 2.3+
/a < "b"
