# category: builtins-lists
# checks: an empty list has no tail
# versions: 2.3+
builtins.tail [ ]
