# category: builtins-attrs
# checks: an inherited attribute stands where inherit names it
# versions: 2.3+
let a = 1; s = { inherit a; }; p = builtins.unsafeGetAttrPos "a" s; in p.line
