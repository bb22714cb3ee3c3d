# category: errors
# checks: a caught error leaves other values alone
# versions: 2.3+
let s = { a = throw "x"; b = 1; }; in [ (builtins.tryEval s.a).success s.b (builtins.tryEval s.b).value ]
