# category: builtins-attrs
# checks: functionArgs keeps the places of arguments
# versions: 2.3+
let p = builtins.unsafeGetAttrPos "b" (builtins.functionArgs ({ a, b ? 1 }: a)); in [ p.line p.column ]
