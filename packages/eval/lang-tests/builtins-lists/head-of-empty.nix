# category: builtins-lists
# checks: an empty list has no head
# versions: 2.3+
builtins.head [ ]
