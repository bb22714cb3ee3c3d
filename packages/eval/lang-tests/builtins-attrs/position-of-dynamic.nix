# category: builtins-attrs
# checks: a computed name has a position, too
# versions: 2.3+
let s = { ${"a" + ""} = 1; }; p = builtins.unsafeGetAttrPos "a" s; in [ p.line p.column ]
