# category: builtins-lists
# checks: a negative index
# versions: 2.3+
builtins.elemAt [ 1 2 ] (-1)
