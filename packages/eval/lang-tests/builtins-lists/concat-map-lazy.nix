# category: builtins-lists
# checks: concatMap evaluates what its function gives only as lists
# versions: 2.3+
builtins.length (builtins.concatMap (x: [ (throw "no") x ]) [ (throw "a") 2 ])
