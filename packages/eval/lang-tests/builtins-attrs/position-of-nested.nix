# category: builtins-attrs
# checks: the parts of a dotted name stand at its beginning
# versions: 2.3+
let s = { x.y.z = 1; }; c = n: t: (builtins.unsafeGetAttrPos n t).column; in [ (c "x" s) (c "y" s.x) (c "z" s.x.y) ]
