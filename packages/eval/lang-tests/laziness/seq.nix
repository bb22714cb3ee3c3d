# category: laziness
# checks: seq evaluates its first argument to the outermost constructor
# versions: 2.3+
[ (builtins.seq { a = throw "no"; } 1) (builtins.tryEval (builtins.seq (throw "x") 1)).success ]
