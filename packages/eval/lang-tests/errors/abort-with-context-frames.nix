# category: errors
# checks: abort of a computed text
# versions: 2.3+
abort ("a" + "b")
