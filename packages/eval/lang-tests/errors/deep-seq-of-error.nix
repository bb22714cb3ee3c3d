# category: errors
# checks: an error deep in data surfaces on deepSeq
# versions: 2.3+
builtins.deepSeq { a = [ (throw "deep") ]; } 1
