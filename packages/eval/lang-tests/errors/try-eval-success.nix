# category: errors
# checks: tryEval wraps a value, evaluated to its outermost constructor only
# versions: 2.3+
let r = builtins.tryEval { a = throw "x"; }; in [ r.success (builtins.attrNames r.value) (builtins.tryEval 1) ]
