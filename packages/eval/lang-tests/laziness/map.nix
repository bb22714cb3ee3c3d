# category: laziness
# checks: map evaluates nothing by itself
# versions: 2.3+
builtins.length (map (x: throw "no") [ 1 2 3 ])
