# category: builtins-lists
# checks: sort of one element calls no comparison
# versions: 2.3+
builtins.sort (a: b: throw "no") [ 1 ]
