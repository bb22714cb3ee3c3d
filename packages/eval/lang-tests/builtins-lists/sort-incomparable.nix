# category: builtins-lists
# checks: lessThan can't sort a string among integers
# versions: 2.3+
builtins.sort builtins.lessThan [ 1 "a" ]
