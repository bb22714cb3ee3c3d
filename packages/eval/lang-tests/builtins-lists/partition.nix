# category: builtins-lists
# checks: partition keeps the order of both halves
# versions: 2.3+
builtins.partition (x: x > 10) [ 1 23 9 3 42 ]
