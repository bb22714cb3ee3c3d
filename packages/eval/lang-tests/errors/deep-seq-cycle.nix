# category: errors
# checks: deepSeq ends on data that contains itself
# versions: 2.3+
let s = { a = [ s 1 ]; b = s; }; in builtins.deepSeq s "done"
