# category: files
# checks: findFile looks at every entry before the name counts
# versions: 2.3+
map (r: r.success) [ (builtins.tryEval (builtins.findFile [ { path = ./fixtures; } { path = throw "x"; } ] "text.txt")) (builtins.tryEval (builtins.findFile [ { path = throw "x"; } ] 1)) (builtins.tryEval (builtins.findFile [ { path = ./fixtures; } ] "text.txt")) ]
