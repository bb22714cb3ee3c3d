# category: builtins-attrs
# checks: __curPos knows its own place
# versions: 2.3+
let p = __curPos; in [ p.line p.column (baseNameOf p.file) ]
