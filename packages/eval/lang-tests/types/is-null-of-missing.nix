# category: types
# checks: isNull doesn't take a missing attribute
# versions: 2.3+
isNull { }.a
