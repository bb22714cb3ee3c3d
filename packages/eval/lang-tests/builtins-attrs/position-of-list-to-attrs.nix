# category: builtins-attrs
# checks: an attribute of listToAttrs stands where its value is defined
# versions: 2.3+
let p = builtins.unsafeGetAttrPos "a" (builtins.listToAttrs [ { name = "a"; value = 1; } ]); in [ p.line p.column ]
