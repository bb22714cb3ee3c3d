# category: builtins-lists
# checks: partition of an empty list has both halves
# versions: 2.3+
builtins.partition (x: throw "no") [ ]
