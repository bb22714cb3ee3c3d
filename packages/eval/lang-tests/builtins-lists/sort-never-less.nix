# category: builtins-lists
# checks: a comparison that is never true leaves the order
# versions: 2.3+
builtins.sort (a: b: false) [ 3 1 2 5 4 9 8 7 6 0 ]
