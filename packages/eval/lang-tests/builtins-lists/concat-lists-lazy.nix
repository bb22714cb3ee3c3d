# category: builtins-lists
# checks: concatLists evaluates no element
# versions: 2.3+
builtins.length (builtins.concatLists [ [ (throw "a") ] [ (throw "b") ] ])
