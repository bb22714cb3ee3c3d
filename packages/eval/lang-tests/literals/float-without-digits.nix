# category: literals
# checks: a point alone is no number
# versions: 2.3+
[ . ]
