# category: builtins-lists
# checks: integers and floats sort together
# versions: 2.3+
builtins.sort builtins.lessThan [ 2 1.5 1 0.5 2.0 (-1) ]
