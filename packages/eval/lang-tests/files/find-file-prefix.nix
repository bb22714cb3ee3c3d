# category: files
# checks: a prefix is followed by the end or a slash
# versions: 2.3+
let p = [ { prefix = "a"; path = ./fixtures; } ]; t = n: (builtins.tryEval (builtins.findFile p n)).success; in map t [ "a" "a/text.txt" "ab/text.txt" "text.txt" "a/none" ]
