# category: builtins-lists
# checks: an index beyond the end
# versions: 2.3+
builtins.elemAt [ 1 2 ] 2
