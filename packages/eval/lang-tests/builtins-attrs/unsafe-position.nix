# category: builtins-attrs
# checks: unsafeGetAttrPos knows line and column
# versions: 2.3+
let s = {
    a = 1;
  b = 2;
}; p = builtins.unsafeGetAttrPos "b" s; in [ p.line p.column (builtins.unsafeGetAttrPos "z" s) ]
