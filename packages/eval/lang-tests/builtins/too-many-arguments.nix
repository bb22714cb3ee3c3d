# category: builtins
# checks: a result that is no function can't be applied further
# versions: 2.3+
builtins.length [ 1 ] 2
