# category: errors
# checks: tryEval catches what deep evaluation throws
# versions: 2.3+
[ (builtins.tryEval (builtins.deepSeq [ 1 { a = throw "x"; } ] 2)).success (builtins.tryEval (builtins.tryEval (throw "y"))).success ]
