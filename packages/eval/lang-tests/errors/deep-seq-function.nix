# category: errors
# checks: deepSeq doesn't look into functions
# versions: 2.3+
builtins.deepSeq [ (x: throw "no") builtins.throw ] "done"
