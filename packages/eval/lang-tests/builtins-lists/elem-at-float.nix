# category: builtins-lists
# checks: an index is an integer
# versions: 2.3+
builtins.elemAt [ 1 ] 0.0
