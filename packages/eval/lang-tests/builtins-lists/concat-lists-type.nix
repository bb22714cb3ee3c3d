# category: builtins-lists
# checks: concatLists wants lists in its list
# versions: 2.3+
builtins.concatLists [ [ 1 ] 2 ]
